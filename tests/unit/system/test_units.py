"""Bytes, seconds and numbers of things as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.system.units import count, duration, size


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.00 kB"),
        (2390, "2.39 kB"),
        (48_400_000, "48.4 MB"),
        (352_000_000, "352 MB"),
        (999_700, "1.00 MB"),
        (928_000_000_000, "928 GB"),
        (5_000_000_000_000, "5.00 TB"),
        (9_996, "10.0 kB"),
        (9_994, "9.99 kB"),
        (99_960, "100 kB"),
        (999_499, "999 kB"),
        (999.7, "1.00 kB"),
    ],
)
def test_sizes_are_docker_s(number: int, text: str) -> None:
    assert size(number) == text


@given(st.floats(0, 1e15))
def test_a_size_has_three_digits_that_are_right(number: float) -> None:
    digits, unit = size(number).split()
    factor = {"byte": 1, "bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15}[unit]
    assert unit.startswith("byte") or len(digits.replace(".", "")) == 3
    assert float(digits) * factor == pytest.approx(number, rel=0.006, abs=0.51)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (0.26, "0.3 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (12.4, "12 s"),
        (59.9, "1 min 0 s"),
        (125, "2 min 5 s"),
    ],
)
def test_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_one_thing_and_many() -> None:
    assert [count(n, "layer") for n in (0, 1, 2, 10_000)] == ["0 layers", "1 layer", "2 layers", "10,000 layers"]
