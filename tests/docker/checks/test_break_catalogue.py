"""Each check of the pages that break things has a catalogue, and it is large enough."""

from __future__ import annotations

import pytest

from workbench import checks

from . import test_break_build, test_break_dockerfile, test_break_push, test_break_run
from .solutions import Exercise, folded

CATALOGUES = {
    "03_break_dockerfile": test_break_dockerfile.EXERCISES,
    "04_break_build": test_break_build.EXERCISES,
    "05_break_run": test_break_run.EXERCISES,
    "06_break_push": test_break_push.EXERCISES,
}
EXERCISES = [exercise for exercises in CATALOGUES.values() for exercise in exercises]


def test_every_check_has_a_catalogue() -> None:
    pages = {name: list(page) for name, page in checks.PAGES.items() if "_break_" in name}
    assert {name: [exercise.check for exercise in exercises] for name, exercises in CATALOGUES.items()} == pages
    assert all(exercise.page == name for name, exercises in CATALOGUES.items() for exercise in exercises)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.check)
def test_catalogue_is_large_enough(exercise: Exercise) -> None:
    assert exercise.right["folded"] is folded
    assert len(exercise.right) >= 4
    assert len(exercise.wrong) >= 6
