"""What a catalogue of an exercise holds: ways to do it right, and ways to do it wrong, each with its hint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from .catalogue import WAIT_TIMEOUT, State
from .exercise_workspace import LISTENS
from .notebook_replay import NotebookReplay

Solution = Callable[[NotebookReplay], None]
IN_VAIN = 5.0  # seconds to wait for what may never come


def folded(sitting: NotebookReplay) -> None:
    """Do what the folded solution of the page says."""
    sitting.does(sitting.solution())


def nothing(_sitting: NotebookReplay) -> None:
    """Leave the page as it is."""


def does(*lines: str) -> Solution:
    """Give the way of some lines in a cell."""
    return lambda sitting: sitting.does("\n".join(lines))


def builds(tag: str, dockerfile: str, program: str = LISTENS) -> Solution:
    """Give the way of one build, from the bare base unless the Dockerfile says otherwise."""
    return lambda sitting: sitting.builds(tag, dockerfile, program)


def builds_on_finished(tag: str, dockerfile: str) -> Solution:
    """Give the way of a build that starts from the finished image, with the program of the course."""

    def way(sitting: NotebookReplay) -> None:
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
    right: dict[str, Solution]
    wrong: dict[str, tuple[Solution, str]]
    until: str = "### Break it"


def states(module: ModuleType, exercises: list[Exercise]) -> list[State]:
    """Give the states to which all the ways of some exercises lead."""
    ways = [(exercise, name, way, "") for exercise in exercises for name, way in exercise.right.items()]
    ways += [(exercise, name, *wrong) for exercise in exercises for name, wrong in exercise.wrong.items()]
    return [
        State(module, exercise.check, name, _played(exercise, way), hint, IN_VAIN if hint else WAIT_TIMEOUT)
        for exercise, name, way, hint in ways
    ]


def _played(exercise: Exercise, way: Solution) -> Solution:
    def play(sitting: NotebookReplay) -> None:
        sitting.play(exercise.page, exercise.number, exercise.until)
        way(sitting)

    return play
