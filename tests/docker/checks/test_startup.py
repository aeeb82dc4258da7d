"""What becomes of a container that a check starts, proved by states of chapter 03."""

from __future__ import annotations

import pytest

from workbench.checks import break_build, break_dockerfile, startup

from . import test_write_dockerfile
from .catalogue import Catalogue
from .exercise_workspace import LISTENS, ExerciseWorkspace
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker
EXITED = 'return "ended" if container.status == "exited" else "" | '
UP = "the programs that mutants meet have come up already"
CATALOGUE = Catalogue(
    startup,
    [state for state in test_write_dockerfile.CATALOGUE.states if state.exercise == test_write_dockerfile.SRV],
    equivalent={
        'silent = "it printed nothing" if keeps_log(container) else "this engine keeps no logs'
        "\" | 'this engine keeps no logs' -> 'this engine keeps no logsX'": "this engine keeps logs",
        'silent = "it printed nothing" if keeps_log(container) else "this engine keeps no logs'
        '" | keeps_log(container) -> True': "this engine keeps logs",
        "STAY_TIME = 2.0  # seconds for which a program that came up must stay | 2.0 -> 3.0": "longer is no less",
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


WORDS = "list-of-words"
DOCKERFILES, BUILDS = Catalogue(break_dockerfile, CATALOGUE.states), Catalogue(break_build, CATALOGUE.states)
COPY = "COPY degrees_api.py /\n"
CMD = 'CMD ["python", "/degrees_api.py"]\n'
ENDS_SOON = f"import os, threading\nthreading.Timer(1, os._exit, [9]).start()\n{LISTENS}"


@DOCKERFILES.right(WORDS)
def words_in_a_list(workspace: ExerciseWorkspace) -> None:
    workspace.put(COPY + CMD, tag="words")


@DOCKERFILES.wrong(WORDS, "7: /bin/sh: 1: [python: not found. Is the list")
def words_without_a_comma(workspace: ExerciseWorkspace) -> None:
    workspace.put('CMD ["python" "degrees_api.py"]\n', tag="words")


@DOCKERFILES.wrong(WORDS, "process 1 is a shell with the line python /degrees_api.py. How is a list written?")
def words_in_a_line(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"{COPY}CMD python /degrees_api.py\n", tag="words")


@DOCKERFILES.wrong(WORDS, "process 1 is a shell with the line /start python /degrees_api.py. How is a list written?")
def words_for_a_script(workspace: ExerciseWorkspace) -> None:
    script = "RUN echo '\"$@\"; true' > /start\n"
    workspace.put(f'{script}ENTRYPOINT ["/bin/sh", "/start"]\n{COPY}{CMD}', tag="words")


@DOCKERFILES.wrong(WORDS, "Where does COPY put the program, and where does the command look for it?")
def words_for_a_program_that_flask_does_not_find(workspace: ExerciseWorkspace) -> None:
    workspace.put(COPY + CMD, "raise SystemExit(\"Error: Could not import 'degrees_api'.\")\n", tag="words")


@DOCKERFILES.wrong(WORDS, "For which kind of processor was the image built?")
def words_for_another_processor(workspace: ExerciseWorkspace) -> None:
    workspace.put(COPY + CMD, "raise SystemExit('exec /usr/local/bin/python: exec format error')\n", tag="words")


@BUILDS.wrong("stays-up", "ends with exit code 9")
def alive_for_a_second(workspace: ExerciseWorkspace) -> None:
    workspace.put(COPY + CMD, ENDS_SOON, tag="alive")


@BUILDS.right("stays-up")
def alive_for_longer(workspace: ExerciseWorkspace) -> None:
    workspace.put(COPY + CMD, tag="alive")


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
