"""What becomes of a container that a check starts, proved by states of chapter 03."""

from __future__ import annotations

import pytest

from workbench.checks import break_dockerfile, startup

from . import test_write_dockerfile
from .catalogue import Catalogue
from .exercise_workspace import ExerciseWorkspace
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker
EXITED = 'return "ended" if container.status == "exited" else "" | '
UP = "the programs that mutants meet have come up already"
CATALOGUE = Catalogue(
    startup,
    [state for state in test_write_dockerfile.CATALOGUE.states if state.exercise == test_write_dockerfile.SRV],
    equivalent={
        "START_TIMEOUT = 10.0  # seconds for a program to come up on a slow machine | 10.0 -> 11.0": "states set it",
        f"{EXITED}'exited' -> 'exitedX'": "patience ends the wait, too",
        f"{EXITED}container.status == 'exited' -> False": "patience ends the wait, too",
        f"{EXITED}'ended' -> 'endedX'": "any word but came says that it did not come",
        f"{EXITED}'' -> 'X'": UP,
        f"{EXITED}container.status == 'exited' -> True": UP,
        f"{EXITED}container.status == 'exited' -> container.status != 'exited'": UP,
        "if base is not None and words == command(base): | base is not None and words == command(base) -> "
        "words == command(base)": "the base is everybody's, and no state takes it away",
    },
)


@Catalogue(break_dockerfile, CATALOGUE.states).wrong("list-of-words", "7: /bin/sh: 1: [python: not found. Is the list")
def words_without_a_comma(workspace: ExerciseWorkspace) -> None:
    workspace.put('CMD ["python" "degrees_api.py"]\n', tag="words")


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
