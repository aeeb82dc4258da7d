"""Checks of chapter 01."""

from __future__ import annotations

import re
from typing import Any

from docker.models.containers import Container

from workbench.checks import container_state
from workbench.checks.engine_state import (
    Check,
    CheckResult,
    EngineState,
    cut,
    keeps_log,
    log_of,
    text_of,
    why_not_started,
)
from workbench.settings import BASE_IMAGE

EXIT_CODE = 3  # what the exercise asks for: no program ends with it by accident
SYSTEM = "/usr/lib/os-release"  # to which /etc/os-release is a link
NAME = re.compile(r'^PRETTY_NAME="?([^"\n]+)', re.MULTILINE)
KERNEL = "Linux"  # with this word, everything begins that tells of the kernel


def which_system(engine: EngineState) -> CheckResult:
    """See that a container has ended well and that its log says which system its image brings."""
    boxes = engine.containers(BASE_IMAGE)
    if not boxes:
        return CheckResult(ok=False, message=_none("its log"))
    problems = [_wrong_log(box) for box in boxes]
    if None in problems:
        return CheckResult(
            ok=True, message="a container has ended, and its log says which system it saw around itself."
        )
    return CheckResult(ok=False, message=str(problems[0]))


def two_states(engine: EngineState) -> CheckResult:
    """See that one container of the base image runs and another has ended with the exit code that was asked for."""
    # That of the exercise before is not meant.
    boxes = [box for box in engine.containers(BASE_IMAGE) if _wrong_log(box)]
    if not boxes:
        return CheckResult(ok=False, message=_none("it"))
    running = [box for box in boxes if box.status == "running"]
    ended = [box for box in boxes if box.status == "exited"]
    codes = [_state(box)["ExitCode"] for box in ended]
    if running and EXIT_CODE in codes:
        return CheckResult(ok=True, message=f"one container runs, and one has ended with exit code {EXIT_CODE}.")
    # Paused, or ending again and again: neither runs, and neither has ended.
    between = [container_state.not_running(box) for box in boxes if box.status in ("paused", "restarting")]
    failures = [failure for box in boxes if (failure := _not_started(box))] + between
    return CheckResult(ok=False, message=failures[0] if failures else _what_is_missing(running, codes))


def _none(what: str) -> str:
    return f"there is no container of {BASE_IMAGE} from this page yet. Or did remove=True, or --rm, take {what} away?"


def _wrong_log(box: Container) -> str | None:
    """Say why the log of a container doesn't tell its system, or None where it does."""
    if box.status == "running":
        return f"container {box.name} still runs. Which command prints what is asked for, and then ends?"
    if box.status == "created":
        return _not_started(box) or f"container {box.name} was made and never started. Does create() start it?"
    if box.status in ("paused", "restarting"):
        return container_state.not_running(box)
    if not keeps_log(box):
        return f"container {box.name} keeps no log, so its output is lost. Which log driver was it given?"
    log = log_of(box)
    if code := _state(box)["ExitCode"]:
        last = cut(log.splitlines()[-1]) if log else "nothing"
        return f"container {box.name} has ended with exit code {code}, and the last it said is: {last}. What failed?"
    return None if _tells_system(box, log) else _another_answer(box, log)


def _another_answer(box: Container, log: str) -> str:
    if not log:
        return f"container {box.name} has ended well, and its log is empty. Which command prints a file?"
    answer = cut(log.splitlines()[0])
    if answer.startswith(KERNEL):
        return (
            f"the log says {answer}. That is the kernel, and all containers share the host's. "
            "Which file in /etc tells whose files these are?"
        )
    return f"the log says {answer}. Which line of /etc/os-release has the system's full name?"


def _tells_system(box: Container, log: str) -> bool:
    """Tell whether a log has what the container's own files say of its system."""
    return any(name in log for name in NAME.findall(text_of(box, SYSTEM)))


def _not_started(box: Container) -> str:
    """Tell of a container whose command could not be started; empty for any other."""
    if error := _state(box)["Error"]:
        return (
            f"the command {box.attrs['Config']['Cmd']} could not be started: {why_not_started(error)}. "
            "Is there a program of that name in the image, and is each word an item of its own?"
        )
    return ""


def _what_is_missing(running: list[Container], codes: list[int]) -> str:
    """Name what is in the way; ``codes`` are the exit codes of those that have ended."""
    if len(running) > 1 and not codes:
        return f"{len(running)} containers run and none has ended. Did you wait for the one that is to end?"
    if not codes and not running:
        return "there is a container, but it was never started. Does create() start what it makes?"
    if not codes:
        return "one container runs, and none has ended. Does remove=True leave one to look at?"
    if EXIT_CODE not in codes:
        seen = ", ".join(str(code) for code in sorted(set(codes)))
        return (
            f"a container has ended, but with exit code {seen}. "
            f"What must the program inside do to end with {EXIT_CODE}?"
        )
    return f"one has ended with exit code {EXIT_CODE}, but none runs. How long does the other one's command take?"


def _state(box: Container) -> dict[str, Any]:
    state: dict[str, Any] = box.attrs["State"]
    return state


CHECKS: dict[str, Check] = {"which-system": which_system, "two-states": two_states}
