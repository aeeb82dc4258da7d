"""Moments as engines write them."""

from __future__ import annotations

import pytest

from workbench.engine import clock


@pytest.mark.parametrize(
    "written",
    ["2026-11-26T05:42:35Z", "2026-11-26T06:42:35+01:00", "2026-11-25T23:42:35.000000000-06:00"],
)
def test_a_moment_is_read_whatever_its_zone(written: str) -> None:
    assert clock.seconds(written) == 1795671755


def test_what_comes_later_is_later_by_less_than_a_millisecond() -> None:
    first, second = "2026-11-26T05:42:35.85804872Z", "2026-11-26T05:42:35.858148Z"
    assert clock.seconds(first) < clock.seconds(second)


def test_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match="yesterday"):
        clock.seconds("yesterday")
