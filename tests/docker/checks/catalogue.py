"""Entries of the catalogue: a state, and what the check must say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from .exercise_workspace import ExerciseWorkspace

Make = Callable[[ExerciseWorkspace], None]
WAIT_TIMEOUT = 60.0  # seconds for a program to come up, on a busy machine too
# Seconds to wait for what never comes: however long the check waits, it says the same. That it waits, others prove.
IN_VAIN = 0.0


@dataclass(frozen=True)
class State:
    """One state of the engine, and what the check must say of it.

    Attributes
    ----------
    module : module
        Where the check is.
    exercise : str
    name : str
        Of the state, among those of its exercise.
    make : callable
        Makes the state, with what the student has in front of them.
    hint : str
        Part of what is said; empty where the state is a right solution.
    patience : float
        Seconds that the check waits for a program: ``WAIT_TIMEOUT`` or ``IN_VAIN``.
    """

    module: ModuleType
    exercise: str
    name: str
    make: Callable[[Any], None]
    hint: str = ""
    patience: float = WAIT_TIMEOUT

    def __str__(self) -> str:
        return f"{self.exercise}-{self.name}"

    def fits(self, said: str) -> bool:
        """Tell whether the check said what it must."""
        begin, part = ("Not yet: ", self.hint) if self.hint else ("Well done: ", " ")
        return said.startswith(begin) and part in said.removeprefix(begin)


@dataclass
class Catalogue:
    """The states of one module's exercises.

    Attributes
    ----------
    module : module
        What the states prove.
    states : list of State
    equivalent : dict of str to str
        Mutants of the module that no state can tell from the original, each with the reason.
    """

    module: ModuleType
    states: list[State] = field(default_factory=list)
    equivalent: dict[str, str] = field(default_factory=dict)

    def right(self, exercise: str) -> Callable[[Make], Make]:
        """Add a right solution; the function that is decorated makes it."""
        return self.wrong(exercise, "")

    def wrong(self, exercise: str, hint: str, patience: float = WAIT_TIMEOUT) -> Callable[[Make], Make]:
        """Add a wrong state and the hint that it must get; the function that is decorated makes it."""

        def add(make: Make) -> Make:
            self.states.append(State(self.module, exercise, make.__name__, make, hint, patience))
            return make

        return add
