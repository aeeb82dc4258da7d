"""The slider's values; how it looks and moves is seen in the browser tests."""

from __future__ import annotations

import pytest

from workbench.widgets.slider import Slider


@pytest.mark.parametrize(("asked", "given"), [(0, 0), (3, 3), (5, 5), (6, 5), (-1, 0), (10**30, 5)])
def test_a_value_stays_within_its_ends(asked: int, given: int) -> None:
    slider = Slider("limit", 0, 5)
    slider.value = asked
    assert slider.value == given


def test_it_starts_at_its_low_end_and_prints_its_name() -> None:
    slider = Slider("start", 1990, 1995)
    assert slider.value == 1990
    assert repr(slider) == "<slider: start>"
