"""Checks of chapter 05."""

from __future__ import annotations

from typing import Any

from docker.models.containers import Container

from workbench.checks.desk import Check, Desk, Verdict
from workbench.errors import TutorialError
from workbench.labels import label_filter
from workbench.ports import wait_until_up
from workbench.settings import APP_PORT, LESSON, LOOPBACK


def two_doors(desk: Desk) -> Verdict:
    """See that two containers of the image answer, each on a host port of its own."""
    running = desk.running(desk.image)
    problems = [_problem(container) for container in running]
    if problems.count(None) > 1:
        return Verdict(ok=True, message=f"two containers run from {desk.image}, and both answer.")
    found = next((problem for problem in problems if problem), None)
    return Verdict(ok=False, message=found or _why_not_two(desk, len(running)))


def _problem(container: Container) -> str | None:
    """Say why a running container can't be asked from here, or None where it can."""
    published = {port: doors for port, doors in container.ports.items() if doors}
    if not published:
        return f"container {container.name} runs, but no port of it is published. Which argument of run makes a door?"
    doors = published.get(f"{APP_PORT}/tcp")
    if not doors:
        other = next(iter(published)).split("/")[0]
        return (
            f"container {container.name} publishes container port {other}, and the program listens on {APP_PORT}. "
            "Which of the two numbers in ports= is the container's?"
        )
    if any(door["HostIp"] != LOOPBACK for door in doors):
        return (
            f"the port of container {container.name} is open on {doors[0]['HostIp']}, not on {LOOPBACK} alone. "
            "What goes before the host port?"
        )
    try:
        wait_until_up(int(doors[0]["HostPort"]))
    except TutorialError as error:
        return f"the port of container {container.name} is published, and yet: {error.what} What does its log say?"
    return None


def _why_not_two(desk: Desk, running: int) -> str:
    of_image: dict[str, Any] = {**label_filter(LESSON, desk.session), "ancestor": desk.image}
    for container in desk.client.containers.list(all=True, filters=of_image, ignore_removed=True):
        if container.status == "created":
            return f"container {container.name} was made, but could not start. Who has its host port already?"
        if container.status == "exited":
            code = container.attrs["State"]["ExitCode"]
            return f"container {container.name} has ended with exit code {code}. What does its log say last?"
    if running:
        return f"one container runs from {desk.image}. Start another: which of its two port numbers has to differ?"
    return f"no container runs from {desk.image}. The first one is started further up on this page."


CHECKS: dict[str, Check] = {"two-doors": two_doors}
