"""Chapter 01's exercises."""

from __future__ import annotations

import pytest
from docker.errors import APIError
from docker.models.containers import Container
from docker.types import LogConfig

from tests.support.waiting import wait_until
from workbench.checks import set_up
from workbench.settings import BASE_IMAGE

from .catalogue import Catalogue, State
from .exercise_workspace import SLEEP, ExerciseWorkspace
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker
CATALOGUE = Catalogue(set_up)
OS_RELEASE = ["cat", "/etc/os-release"]
SYSTEM = "which-system"
STATES = "two-states"


def restarts(container: Container) -> int:
    """Count how often Docker has started a container again, while it waits to do so once more."""
    container.reload()
    return int(container.attrs["RestartCount"]) if container.status == "restarting" else 0


@CATALOGUE.right(SYSTEM)
def system_of_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.solve("01_set_up", SYSTEM)


@CATALOGUE.right(SYSTEM)
def system_by_cli(workspace: ExerciseWorkspace) -> None:
    workspace.docker("run", *workspace.marks, BASE_IMAGE, "grep", "PRETTY_NAME", "/etc/os-release")


@CATALOGUE.right(SYSTEM)
def system_by_a_program_that_prints_the_name_alone(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["sh", "-c", ". /etc/os-release; echo; echo This is $PRETTY_NAME"])


@CATALOGUE.right(SYSTEM)
def system_among_others(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["false"])
    workspace.ended(BASE_IMAGE, OS_RELEASE)
    workspace.run(BASE_IMAGE, SLEEP)
    workspace.create(BASE_IMAGE, OS_RELEASE)


@CATALOGUE.wrong(SYSTEM, "no container of python:3.8.10 from this page yet. Or did remove=True, or --rm, take its log")
def system_untouched(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(SYSTEM, "Or did remove=True, or --rm, take its log away?")
def system_removed(workspace: ExerciseWorkspace) -> None:
    workspace.client.containers.run(BASE_IMAGE, OS_RELEASE, remove=True, labels=workspace.labels)


@CATALOGUE.wrong(SYSTEM, "no container of python:3.8.10 from this page yet.")
def system_before_the_page_began(workspace: ExerciseWorkspace) -> None:
    workspace.docker("run", workspace.named("early"), BASE_IMAGE, *OS_RELEASE)
    workspace.begin()


@CATALOGUE.right(SYSTEM)
def system_without_labels(workspace: ExerciseWorkspace) -> None:
    workspace.begin()
    workspace.docker("run", workspace.named("system"), BASE_IMAGE, *OS_RELEASE)


@CATALOGUE.wrong(SYSTEM, "is paused, so its program does nothing. Which command lets it go on?")
def system_paused(workspace: ExerciseWorkspace) -> None:
    workspace.run(BASE_IMAGE, SLEEP).pause()


@CATALOGUE.wrong(SYSTEM, "keeps no log, so its output is lost. Which log driver was it given?")
def system_without_a_log(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, OS_RELEASE, log_config=LogConfig(type="none"))


@CATALOGUE.wrong(SYSTEM, f"the log says {'0' * 300}...")
def system_in_one_long_line(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["sh", "-c", "head -c 10000000 /dev/zero | tr '\\0' 0"])


@CATALOGUE.wrong(SYSTEM, "no container of python:3.8.10 from this page yet.")
def system_of_another_image(workspace: ExerciseWorkspace) -> None:
    workspace.create(workspace.put("FROM scratch\nCOPY degrees_api.py /\n"), ["none"])
    workspace.ended(workspace.put("COPY degrees_api.py /\n"), OS_RELEASE)


@CATALOGUE.wrong(SYSTEM, "still runs. Which command prints what is asked for, and then ends?")
def system_printed_by_what_runs_on(workspace: ExerciseWorkspace) -> None:
    workspace.run(BASE_IMAGE, ["tail", "-f", "/etc/os-release"])


@CATALOGUE.wrong(SYSTEM, "was made and never started. Does create() start it?")
def system_not_started(workspace: ExerciseWorkspace) -> None:
    workspace.create(BASE_IMAGE, OS_RELEASE)


@CATALOGUE.wrong(SYSTEM, "the command ['cat /etc/os-release'] could not be started: exec: ")
def system_in_one_word(workspace: ExerciseWorkspace) -> None:
    with pytest.raises(APIError):
        workspace.run(BASE_IMAGE, ["cat /etc/os-release"])


@CATALOGUE.wrong(SYSTEM, "has ended with exit code 1, and the last it said is: cat: /etc/os: No such file")
def system_in_another_file(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["sh", "-c", "echo first >&2; cat /etc/os"])


@CATALOGUE.wrong(SYSTEM, "has ended with exit code 7, and the last it said is: nothing. What failed?")
def system_failed_silently(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["sh", "-c", "exit 7"])


@CATALOGUE.wrong(SYSTEM, "its log is empty. Which command prints a file?")
def system_not_printed(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["sh", "-c", "cat /etc/os-release > /dev/null"])


@CATALOGUE.wrong(SYSTEM, "That is the kernel, and all containers share the host's.")
def system_kernel(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["uname", "-a"])


@CATALOGUE.wrong(SYSTEM, "the log says first. Which line of /etc/os-release has the system's full name?")
def system_another_answer(workspace: ExerciseWorkspace) -> None:
    workspace.without_labels(BASE_IMAGE, OS_RELEASE)
    workspace.ended(BASE_IMAGE, ["sh", "-c", "echo first; grep ^ID= /etc/os-release"])


@CATALOGUE.wrong(SYSTEM, "its log is empty.")
def system_the_newest_is_spoken_of(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["false"])
    workspace.ended(BASE_IMAGE, ["true"])


@CATALOGUE.right(STATES)
def states_of_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.solve("01_set_up", STATES)


@CATALOGUE.right(STATES)
def states_by_cli(workspace: ExerciseWorkspace) -> None:
    workspace.docker("run", "-d", *workspace.marks, BASE_IMAGE, *SLEEP)
    workspace.docker("run", *workspace.marks, BASE_IMAGE, "sh", "-c", "exit 3", check=False)


@CATALOGUE.right(STATES)
def states_among_others(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["false"])
    workspace.ended(BASE_IMAGE, ["python", "-c", "import sys; sys.exit(3)"])
    workspace.run(BASE_IMAGE, SLEEP)
    workspace.run(BASE_IMAGE, SLEEP)
    workspace.ended(BASE_IMAGE, OS_RELEASE)
    with pytest.raises(APIError):
        workspace.run(BASE_IMAGE, ["exit 3"])


@CATALOGUE.wrong(STATES, "no container of python:3.8.10 from this page yet. Or did remove=True")
def states_untouched(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(STATES, "Or did remove=True, or --rm, take it away?")
def states_after_the_exercise_before(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, OS_RELEASE)


@CATALOGUE.right(STATES)
def states_half_by_cli(workspace: ExerciseWorkspace) -> None:
    workspace.begin()
    workspace.run(BASE_IMAGE, SLEEP)
    workspace.docker("run", workspace.named("ended"), BASE_IMAGE, "sh", "-c", "exit 3", check=False)


@CATALOGUE.wrong(STATES, "is paused, so its program does nothing. Which command lets it go on?")
def states_paused(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["sh", "-c", "exit 3"])
    workspace.run(BASE_IMAGE, SLEEP).pause()


@CATALOGUE.wrong(STATES, "keeps ending with exit code 3, and Docker restarts it. What does its log say?")
def states_restarting(workspace: ExerciseWorkspace) -> None:
    workspace.run(BASE_IMAGE, SLEEP)
    again = workspace.run(BASE_IMAGE, ["sh", "-c", "exit 3"], restart_policy={"Name": "always"})
    # The pause between two starts doubles each time.
    wait_until(lambda: restarts(again) > 4)


@CATALOGUE.wrong(STATES, "it was never started. Does create() start what it makes?")
def states_not_started(workspace: ExerciseWorkspace) -> None:
    workspace.create(BASE_IMAGE, SLEEP)


@CATALOGUE.wrong(STATES, "one container runs, and none has ended. Does remove=True leave one to look at?")
def states_the_other_removed(workspace: ExerciseWorkspace) -> None:
    workspace.run(BASE_IMAGE, SLEEP)


@CATALOGUE.wrong(STATES, "2 containers run and none has ended. Did you wait for the one that is to end?")
def states_both_run(workspace: ExerciseWorkspace) -> None:
    workspace.run(BASE_IMAGE, SLEEP)
    workspace.run(BASE_IMAGE, ["sh", "-c", "sleep 600; exit 3"])


@CATALOGUE.wrong(
    STATES, "a container has ended, but with exit code 0, 1. What must the program inside do to end with 3?"
)
def states_other_codes(workspace: ExerciseWorkspace) -> None:
    workspace.run(BASE_IMAGE, SLEEP)
    for command in ("false", "true", "false"):
        workspace.ended(BASE_IMAGE, [command])


@CATALOGUE.wrong(STATES, "a container has ended, but with exit code 1. What")
def states_other_code_and_two_that_run(workspace: ExerciseWorkspace) -> None:
    workspace.run(BASE_IMAGE, SLEEP)
    workspace.run(BASE_IMAGE, SLEEP)
    workspace.ended(BASE_IMAGE, ["false"])


@CATALOGUE.wrong(STATES, "a container has ended, but with exit code 1. What")
def states_other_code_and_none_that_runs(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["false"])


@CATALOGUE.wrong(STATES, "one has ended with exit code 3, but none runs. How long does the other one's command take?")
def states_none_runs(workspace: ExerciseWorkspace) -> None:
    workspace.ended(BASE_IMAGE, ["sh", "-c", "exit 3"])


@CATALOGUE.wrong(STATES, "the command ['sleep 600'] could not be started: exec: ")
def states_a_command_in_one_word(workspace: ExerciseWorkspace) -> None:
    for command in ("exit 3", "sleep 600"):
        with pytest.raises(APIError):
            workspace.run(BASE_IMAGE, [command])


def test_state(state_cache: StateCache, state: State) -> None:
    state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
