"""A mutant that no state tells from the original is listed, and so is one that was excused without need."""

from __future__ import annotations

from typing import cast

import docker
import pytest

from workbench.checks import set_up
from workbench.checks.engine_state import EngineState

from .catalogue import Catalogue
from .exercise_workspace import ExerciseWorkspace
from .state_cache import StateCache

LINE = 'return CheckResult(ok=False, message=_none("its log"))'
NOTICED = f"{LINE} | 'its log' -> 'its logX'"
NEVER_REACHED = "EXIT_CODE = 3  # what the exercise asks for: no program ends with it by accident | 3 -> 4"


class _Empty:
    """Stands for the low-level API of an engine that has no containers."""

    def __init__(self) -> None:
        self.asked = 0

    def containers(self, **_options: object) -> list[dict[str, str]]:
        self.asked += 1
        return []


class _Seat:
    def __init__(self, api: _Empty) -> None:
        client = docker.DockerClient.__new__(docker.DockerClient)
        client.api = cast(docker.APIClient, api)
        self.engine = EngineState(client, "user/degrees_api", "user/degrees_api:1.0")

    def clean(self) -> None: ...


def untouched(_seat: ExerciseWorkspace) -> None: ...


@pytest.fixture
def catalogue() -> Catalogue:
    made = Catalogue(set_up)
    made.wrong("which-system", "Or did remove=True, or --rm, take its log away?")(untouched)
    return made


def test_mutants_that_no_state_notices_survive(catalogue: Catalogue) -> None:
    alive = StateCache(catalogue, lambda _state: _Seat(_Empty())).survivors()
    assert NEVER_REACHED in alive
    assert NOTICED not in alive


def test_mutants_are_excused_by_name_and_not_without_need(catalogue: Catalogue) -> None:
    catalogue.equivalent = {NEVER_REACHED: "it is", NOTICED: "it is not"}
    alive = StateCache(catalogue, lambda _state: _Seat(_Empty())).survivors()
    assert NEVER_REACHED not in alive
    assert NOTICED in alive


def test_mutants_ask_the_engine_nothing_that_the_check_has_asked(catalogue: Catalogue) -> None:
    api = _Empty()
    alive = StateCache(catalogue, lambda _state: _Seat(api)).survivors()
    assert len(alive) > 1
    assert api.asked == 1


def test_a_state_that_gets_another_verdict_fails(catalogue: Catalogue) -> None:
    catalogue.right("which-system")(untouched)
    with pytest.raises(AssertionError, match="Not yet: there is no container"):
        StateCache(catalogue, lambda _state: _Seat(_Empty())).survivors()
