"""Where states stand while their checks, and mutants of these checks, look at them."""

from __future__ import annotations

import ast
import inspect
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, Protocol
from unittest import mock

from docker.errors import APIError
from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks import engine_state, startup
from workbench.engine import ports
from workbench.engine.labels import lesson_labels

from .catalogue import Catalogue, State
from .mutation import Mutant, load, mutants

IMPATIENCE = 0.4  # seconds that a mutant may wait: what it looks at is there already
# What stands there doesn't change while the mutants look at it, so the slow looks are taken once.
TRIALS: dict[tuple[str, str], Container] = {}
INSIDE: dict[tuple[str, str], tuple[int, str]] = {}


class KeptEngineState(engine_state.EngineState):
    """A engine that keeps the containers of its trials; they go when the session is swept."""

    @contextmanager
    def trial(self, image: Image, command: list[str] | None = None) -> Iterator[Container]:
        """Make a container, or give the one that there is."""
        key = self.session, f"{image.id} {command}"
        if key not in TRIALS:
            marks = lesson_labels(self.session)
            container = TRIALS[key] = self.client.containers.create(image, command, labels=marks)
            container.start = once(container.start)  # type: ignore[method-assign]
        yield TRIALS[key]


def once(act: Callable[[], None]) -> Callable[[], None]:
    """Act once, and fail again and again where that failed."""
    ends: list[APIError | None] = []

    def again() -> None:
        if not ends:
            try:
                act()
                ends.append(None)
            except APIError as error:
                ends.append(error)
        if ends[0] is not None:
            raise ends[0]

    return again


def run_inside(container: Container, command: str | list[str]) -> tuple[int, str]:
    """Run a command in a container; one that has succeeded there is not run again."""
    key = str(container.id), str(command)
    if key not in INSIDE:
        code, printed = engine_state.run_inside(container, command)
        if code:
            return code, printed
        INSIDE[key] = code, printed
    return INSIDE[key]


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
        self._reached: dict[State, tuple[set[int], float]] = {}

    def expect(self, state: State) -> None:
        """Fail unless the check says of a state what it must; note which lines that took, and how long."""
        if state in self._reached:
            return
        self._seat(state)
        started = time.monotonic()
        with traced(self._file) as lines:
            said = self._verdict(state, state.module, engine_state.EngineState, state.patience)
        assert state.fits(said), said
        self._reached[state] = lines, time.monotonic() - started

    def survivors(self) -> list[str]:
        """Try each mutant of the catalogue's module on the states that reach the changed statement.

        Returns
        -------
        list of str
            The mutants that no state tells from the original; and those that were excused without need.
        """
        source = Path(self._file).read_text(encoding="utf-8")
        for state in self._catalogue.states:
            self.expect(state)
            # With patience once more, so that all the containers that are kept are up or have ended; with little of it
            # where the first look has waited in vain.
            in_vain = self._reached[state][1] > state.patience
            self._verdict(state, state.module, KeptEngineState, IMPATIENCE if in_vain else state.patience)
            assert not self._notices(state, Mutant("none", frozenset(), ast.parse(source))), f"{state} tells any copy"
        alive = set()
        for mutant in mutants(source):
            touched = [state for state, (lines, _seconds) in self._reached.items() if mutant.reached_by(lines)]
            # The quick ones first: one that notices is enough.
            touched.sort(key=lambda state: self._reached[state][1])
            if not any(self._notices(state, mutant) for state in touched):
                alive.add(mutant.name)
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

    def _verdict(self, state: State, module: ModuleType, kind: type[engine_state.EngineState], patience: float) -> str:
        given = self._seat(state).engine
        with ExitStack() as patches:
            for waiting in (ports, _trial(module)):
                patches.enter_context(mock.patch.object(waiting, "START_TIMEOUT", patience))
            return str(module.CHECKS[state.exercise](kind(given.client, given.session, given.image)))

    def _notices(self, state: State, mutant: Mutant) -> bool:
        """Tell whether a state gets another verdict from the mutant than it must."""
        patience = min(state.patience, IMPATIENCE)
        try:
            mutated = load(self._catalogue.module, mutant.tree)
            if self._catalogue.module is engine_state:
                return not state.fits(self._verdict(state, _upon(mutated, state.module), mutated.EngineState, patience))
            module = mutated if self._catalogue.module is state.module else _with_trial(mutated, state.module)
            with ExitStack() as patches:
                for asking in (module, _trial(module)):
                    if hasattr(asking, "run_inside"):
                        patches.enter_context(mock.patch.object(asking, "run_inside", run_inside))
                return not state.fits(self._verdict(state, module, KeptEngineState, patience))
        except Exception:  # noqa: BLE001 - however it fails, that is noticed
            return True


def _trial(module: ModuleType) -> ModuleType:
    """Give the trials that a chapter's checks make."""
    found: ModuleType = getattr(module, "trial", startup)
    return found


def _upon(desks: ModuleType, module: ModuleType) -> ModuleType:
    """Load a chapter's checks anew, upon another engine."""
    with mock.patch.dict(sys.modules, {engine_state.__name__: desks}):
        return load(module, ast.parse(inspect.getsource(module)))


def _with_trial(trials: ModuleType, module: ModuleType) -> ModuleType:
    """Load a chapter's checks anew, with other trials."""
    copy = load(module, ast.parse(inspect.getsource(module)))
    vars(copy)["trial"] = trials
    return copy


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
