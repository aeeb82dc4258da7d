"""Whether a container answers, proved by states of chapter 05."""

from __future__ import annotations

import pytest

from tests.support.waiting import wait_until
from workbench.checks import reachable
from workbench.settings import APP_PORT, LOOPBACK

from . import test_run_and_test
from .catalogue import IN_VAIN, Catalogue, State
from .exercise_workspace import ExerciseWorkspace, published
from .state_cache import StateCache, Survivors
from .test_run_and_test import DOORS, serving

pytestmark = pytest.mark.docker
COMES = "startup.comes(container, lambda: _answers(doors) or bool(container_state.listening(container))) | "
BOTH = "_answers(doors) or bool(container_state.listening(container))"
UP = "what a mutant meets has come up already, or never will"
CATALOGUE = Catalogue(
    reachable,
    [state for state in test_run_and_test.CATALOGUE.states if state.exercise == DOORS],
    equivalent={
        "if over := container_state.not_running(container): | (over := container_state.not_running(container)) -> "
        "False": "no state lasts in which a program is about to end; one that ends is looked at below",
        "if reached and listening[reached[0]] <= container_state.OWN_ONLY: | listening[reached[0]] <= "
        "container_state.OWN_ONLY -> listening[reached[0]] < container_state.OWN_ONLY": (
            "the program that listens on both of its own addresses is a state of the page that breaks the run"
        ),
        f"{COMES}{BOTH} -> {BOTH.replace(' or ', ' and ')}": UP,
        f"{COMES}{BOTH} -> bool(container_state.listening(container))": UP,
        f"{COMES}{BOTH} -> _answers(doors)": UP,
        'return ports.http_get(f"http://{LOOPBACK}:{port}/degrees", timeout=5).ok | 5 -> 6': "none is silent",
    },
)
MORE = Catalogue(test_run_and_test.CATALOGUE.module)


@MORE.wrong(DOORS, "listens on 127.0.0.1 of the container alone, and no door leads there, however wide.")
def doors_to_a_program_that_keeps_to_itself(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image, ["python", "-m", "http.server", str(APP_PORT), "-b", LOOPBACK], **published())


@MORE.wrong(DOORS, "listens on 127.0.0.1 of the container alone, and no door leads there, however wide.")
def doors_that_are_wide_to_a_program_that_keeps_to_itself(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    inward = ["python", "-m", "http.server", str(APP_PORT), "-b", LOOPBACK]
    workspace.run(workspace.image, inward, **published(address="0.0.0.0"))


@MORE.wrong(DOORS, "has a door, and something else than degrees answers there. What does its log say?")
def doors_to_another_program(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image, ["python", "-m", "http.server", str(APP_PORT), "-d", "/tmp"], **published())


@MORE.wrong(DOORS, "waits on [8000]. Which of the two do you change?", patience=IN_VAIN)
def doors_past_a_program(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    past = workspace.run(workspace.image, ["python", "-m", "http.server", "8000"], **published())
    wait_until(lambda: past.exec_run(["grep", ":1F40", "/proc/net/tcp"]).exit_code == 0)


CATALOGUE.states += MORE.states


@pytest.mark.parametrize("more", MORE.states, ids=str)
def test_more(state_cache: StateCache, more: State) -> None:
    state_cache.expect(more)


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
