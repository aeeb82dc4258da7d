"""Keeps states while their checks, and mutants of these checks, look at them."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, Protocol
from unittest import mock

from workbench.checks import container_state, engine_state, names, reachable, startup

from .catalogue import IN_VAIN, Catalogue, State
from .engine_record import EngineRecord, UnrecordedError
from .mutation import Mutant, load, mutants

# What chapters share; each imports only those before it.
SHARED = (engine_state, container_state, names, startup, reachable)
Kind = type[engine_state.EngineState]
Survivors = Callable[["StateCache"], list[str]]


class Seat(Protocol):
    """Where one state is made: what a student has in front of them."""

    @property
    def engine(self) -> engine_state.EngineState:
        """What the check gets."""

    def clean(self) -> None:
        """Remove all that was made here."""


class StateCache:
    """States that were made, kept until all who look at them have done so.

    Parameters
    ----------
    catalogue : Catalogue
    take_seat : callable
        Gives a seat for a state, by the state's name.
    """

    def __init__(self, catalogue: Catalogue, take_seat: Callable[[str], Seat]) -> None:
        self._catalogue, self._take_seat = catalogue, take_seat
        self._file = str(catalogue.module.__file__)
        self._made: dict[str, Seat] = {}
        self._records: dict[State, EngineRecord] = {}

    def expect(self, state: State) -> None:
        """Fail unless the check says of a state what it must."""
        said = _said(state, state.module, self._seat(state).engine, state.patience)
        assert state.fits(said), said

    def survivors(self) -> list[str]:
        """Try each mutant of the catalogue's module on the states that reach the changed statement.

        Returns
        -------
        list of str
            The mutants that no state tells from the original; and those that were excused without need.
        """
        source = Path(self._file).read_text(encoding="utf-8")
        reached = {state: self._record(state) for state in self._catalogue.states}
        original = Mutant("none", frozenset(), ast.parse(source))
        assert [str(state) for state in reached if self._notices(state, original)] == [], "any copy is noticed"
        alive = {
            mutant.name
            for mutant in mutants(source)
            if not any(self._notices(state, mutant) for state, lines in reached.items() if mutant.reached_by(lines))
        }
        return sorted(alive ^ set(self._catalogue.equivalent))

    def clear(self) -> None:
        """Remove all that was made."""
        for seat in self._made.values():
            seat.clean()

    def _seat(self, state: State) -> Seat:
        if str(state) not in self._made:
            seat = self._made[str(state)] = self._take_seat(str(state))
            state.make(seat)
        return self._made[str(state)]

    def _record(self, state: State) -> set[int]:
        """Record what the engine answers to the check of a state; return the lines that ran."""
        engine = self._seat(state).engine
        record = self._records[state] = EngineRecord(engine.client)
        with record.recording(), traced(self._file) as lines:
            said = _said(state, state.module, replace(engine, client=record.client), state.patience)
        assert state.fits(said), said
        return lines

    def _notices(self, state: State, mutant: Mutant) -> bool:
        """Tell whether a state gets another verdict from the mutant than it must."""
        try:
            return not state.fits(self._said_by(mutant, state))
        except Exception:  # noqa: BLE001 - however it fails, that is noticed
            return True

    def _said_by(self, mutant: Mutant, state: State) -> str:
        """Run a mutant in memory, or on the engine itself where the record can't tell what that would answer."""
        module, kind = self._mutated(state, mutant)
        given, record = self._seat(state).engine, self._records[state]
        try:
            with record.replaying():
                return _said(state, module, kind(**{**vars(given), "client": record.client}), IN_VAIN)
        except UnrecordedError:
            return _said(state, module, kind(**vars(given)), state.patience)

    def _mutated(self, state: State, mutant: Mutant) -> tuple[ModuleType, Kind]:
        """Load the checks of a state with the mutant in the place of its module."""
        mutated = load(self._catalogue.module, mutant.tree)
        if self._catalogue.module is state.module:
            return mutated, engine_state.EngineState
        return _upon(mutated, state.module)


def _said(state: State, module: ModuleType, engine: engine_state.EngineState, patience: float) -> str:
    """Run the check of a state; ``patience`` is in seconds."""
    with ExitStack() as patches:
        for waiting in _startups(module):
            patches.enter_context(mock.patch.object(waiting, "START_TIMEOUT", patience))
            patches.enter_context(mock.patch.object(waiting, "STAY_TIME", min(patience, startup.STAY_TIME)))
        return str(module.CHECKS[state.exercise](engine))


def _startups(module: ModuleType) -> list[ModuleType]:
    """List the modules that wait for a chapter's checks: the original, and copies that were loaded for a mutant."""
    users = [module, getattr(module, "reachable", module)]
    found = [startup, *(getattr(user, "startup", startup) for user in users)]
    return list({id(one): one for one in found}.values())


def _upon(mutated: ModuleType, module: ModuleType) -> tuple[ModuleType, Kind]:
    """Load a chapter's checks once more, and what they share with others, upon a mutant of one of these modules."""
    with ExitStack() as patches:
        _take_place(patches, mutated)
        first = [shared.__name__ for shared in SHARED].index(mutated.__name__)
        for shared in SHARED[first + 1 :]:
            _take_place(patches, load(shared, ast.parse(inspect.getsource(shared))))
        kind: Kind = sys.modules[engine_state.__name__].EngineState
        return load(module, ast.parse(inspect.getsource(module))), kind


def _take_place(patches: ExitStack, copy: ModuleType) -> None:
    """Let whatever is loaded next import this copy of a module."""
    package, _, name = copy.__name__.rpartition(".")
    patches.enter_context(mock.patch.dict(sys.modules, {copy.__name__: copy}))
    patches.enter_context(mock.patch.object(sys.modules[package], name, copy))


@contextmanager
def traced(file: str) -> Iterator[set[int]]:
    """Note the lines of a file that run."""
    lines: set[int] = set()
    ours: dict[CodeType, bool] = {}

    def trace(frame: FrameType, _event: str, _argument: object) -> Any:
        if not ours.setdefault(frame.f_code, frame.f_code.co_filename == file):
            return None
        lines.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lines
    finally:
        sys.settrace(before)
