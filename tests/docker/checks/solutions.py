"""What a catalogue of an exercise holds: right and wrong solutions, the wrong ones with their hints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from .catalogue import WAIT_TIMEOUT, State
from .exercise_workspace import LISTENS
from .notebook_replay import NotebookReplay

Solution = Callable[[NotebookReplay], None]
Wrong = tuple[Solution, str] | tuple[Solution, str, float]


def folded(replay: NotebookReplay) -> None:
    """Do what the folded solution of the page says."""
    replay.does(replay.solution())


def nothing(_sitting: NotebookReplay) -> None:
    """Leave the page as it is."""


def does(*lines: str) -> Solution:
    """Give the solution of some lines in a cell."""
    return lambda replay: replay.does("\n".join(lines))


def builds(tag: str, dockerfile: str, program: str = LISTENS) -> Solution:
    """Give the solution of one build, from the bare base unless the Dockerfile says otherwise."""
    return lambda replay: replay.builds(tag, dockerfile, program)


def builds_on_finished(tag: str, dockerfile: str) -> Solution:
    """Give the solution of a build that starts from the finished image, with the program of the course."""

    def solution(replay: NotebookReplay) -> None:
        program = (replay.lesson.folder / "degrees_api.py").read_text()
        replay.builds(tag, f"FROM {replay.lesson.image}\n{dockerfile}", program)

    return solution


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
        Ways to do it, by a few words; a wrong one with the hint that it must get, and with the seconds that the check
        waits where something never comes.
    until : str
        The part of the break up to which the page is played before.
    """

    check: str
    page: str
    number: int
    right: dict[str, Solution]
    wrong: dict[str, Wrong]
    until: str = "### Break it"


def states(module: ModuleType, exercises: list[Exercise]) -> list[State]:
    """Give the states to which all the solutions of some exercises lead."""

    def state(
        exercise: Exercise, name: str, solution: Solution, hint: str = "", patience: float = WAIT_TIMEOUT
    ) -> State:
        return State(module, exercise.check, name, _played(exercise, solution), hint, patience)

    right = [state(exercise, name, way) for exercise in exercises for name, way in exercise.right.items()]
    return right + [state(exercise, name, *way) for exercise in exercises for name, way in exercise.wrong.items()]


def _played(exercise: Exercise, solution: Solution) -> Solution:
    def play(replay: NotebookReplay) -> None:
        replay.play(exercise.page, exercise.number, exercise.until)
        solution(replay)

    return play
