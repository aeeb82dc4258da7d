"""Checks of chapter 01."""

from __future__ import annotations

from typing import Any

from docker.models.containers import Container

from workbench.checks.desk import Check, Desk, Verdict
from workbench.labels import label_filter
from workbench.settings import BASE_IMAGE, LESSON

EXIT_CODE = 3  # what the exercise asks for: no program ends with it by accident


def two_states(desk: Desk) -> Verdict:
    """See that one container of the base image runs and another has ended with the exit code that was asked for."""
    mine: dict[str, Any] = {**label_filter(LESSON, desk.session), "ancestor": BASE_IMAGE}
    boxes = desk.client.containers.list(all=True, filters=mine, ignore_removed=True)
    if not boxes:
        return Verdict(
            ok=False,
            message=f"there is no container of {BASE_IMAGE} with this page's labels. "
            "Were the labels left out, or did remove=True take it away again?",
        )
    running = [box for box in boxes if box.status == "running"]
    ended = [box for box in boxes if box.status == "exited"]
    codes = [_state(box)["ExitCode"] for box in ended]
    if running and EXIT_CODE in codes:
        return Verdict(ok=True, message=f"one container runs, and one has ended with exit code {EXIT_CODE}.")
    return Verdict(ok=False, message=_not_started(boxes) or _what_is_missing(running, codes))


def _not_started(boxes: list[Container]) -> str:
    """Tell of a container whose command could not be started."""
    for box in boxes:
        if box.status == "created" and (error := _state(box)["Error"]):
            # The runtime's own words come last, after those of everybody between it and us.
            why = error.split("container process: ")[-1]
            return (
                f"the command {box.attrs['Config']['Cmd']} could not be started: {why}. "
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


CHECKS: dict[str, Check] = {"two-states": two_states}
