"""What a catalogue of an exercise holds: ways to do it right, and ways to do it wrong, each with its hint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .sittings import LISTENS, Sitting

Way = Callable[[Sitting], None]
Sit = Callable[["Exercise"], Sitting]


def folded(sitting: Sitting) -> None:
    """Do what the folded solution of the page says."""
    sitting.does(sitting.solution())


def nothing(_sitting: Sitting) -> None:
    """Leave the page as it is."""


def does(*lines: str) -> Way:
    """Give the way of some lines in a cell."""
    return lambda sitting: sitting.does("\n".join(lines))


def builds(tag: str, dockerfile: str, program: str = LISTENS) -> Way:
    """Give the way of one build, from the bare base unless the Dockerfile says otherwise."""
    return lambda sitting: sitting.builds(tag, dockerfile, program)


def builds_on_finished(tag: str, dockerfile: str) -> Way:
    """Give the way of a build that starts from the finished image, with the program of the course."""

    def way(sitting: Sitting) -> None:
        program = (sitting.lesson.folder / "degrees_api.py").read_text()
        sitting.builds(tag, f"FROM {sitting.lesson.image}\n{dockerfile}", program)

    return way


@dataclass(frozen=True)
class Exercise:
    """One exercise of a page that breaks things.

    Attributes
    ----------
    check : str
        Its name.
    page : str
        Name of the notebook.
    number : int
        Of the break on that page.
    right, wrong : dict
        Ways to do it, by a few words; a wrong one with the hint that it must get.
    until : str
        The part of the break up to which the page is played before.
    """

    check: str
    page: str
    number: int
    right: dict[str, Way]
    wrong: dict[str, tuple[Way, str]]
    until: str = "### Break it"


def each(exercises: list[Exercise], kind: str) -> pytest.MarkDecorator:
    """Parametrize a test with all the ``right`` or the ``wrong`` ways of some exercises."""
    ways = [(exercise, way) for exercise in exercises for way in getattr(exercise, kind)]
    return pytest.mark.parametrize(("exercise", "way"), ways, ids=[f"{exercise.check}-{way}" for exercise, way in ways])


def assert_accepted(exercise: Exercise, way: str, sit: Sit) -> None:
    """Go a right way, and ask the check."""
    sitting = sit(exercise)
    exercise.right[way](sitting)
    said = sitting.verdict(exercise.check)
    assert said.startswith("Well done: "), said


def assert_hinted(exercise: Exercise, way: str, sit: Sit) -> None:
    """Go a wrong way, and ask the check."""
    do, hint = exercise.wrong[way]
    sitting = sit(exercise)
    do(sitting)
    said = sitting.verdict(exercise.check)
    assert said.startswith("Not yet: "), said
    assert hint in said
