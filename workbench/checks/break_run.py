"""Checks of the page that breaks the run."""

from __future__ import annotations

from typing import cast

import requests
from docker.errors import NotFound
from docker.models.containers import Container

from workbench.checks import startup
from workbench.checks.engine_state import Check, CheckResult, EngineState, run_inside, verdict
from workbench.engine import ports
from workbench.settings import APP_PORT, LOOPBACK

API = "api"  # how the name of the third break's container ends
FLASK = "flask"
LISTENING = """\
import os
files = [open(name).readlines()[1:] for name in ("/proc/net/tcp", "/proc/net/tcp6") if os.path.exists(name)]
rows = [line.split() for lines in files for line in lines]
print(*(row[1] for row in rows if row[3] == "0A"))
"""
# As the kernel writes them: 127.0.0.1 and ::1, in hexadecimal and with the bytes of each word turned round.
OWN_ONLY = {"0100007F", "00000000000000000000000001000000"}


def one_door(engine: EngineState) -> CheckResult:
    """See that a container of the image can be asked from here."""
    return _one_of(engine, engine.running(engine.image), f"no container runs from {engine.image}. Has it ended?")


def all_addresses(engine: EngineState) -> CheckResult:
    """See that a container with the command ``flask`` can be asked from here."""
    running = [container for container in engine.running(engine.image) if _is_given(container, FLASK)]
    return _one_of(engine, running, f"no running container of {engine.image} was given a command with `{FLASK}` in it.")


def by_that_name(engine: EngineState) -> CheckResult:
    """See that the container of this name can be asked from here."""
    name = f"{engine.session.replace('/', '-')}-{API}"
    try:
        container = engine.client.containers.get(name)
    except NotFound:
        return CheckResult(
            ok=False, message=f"no container has the name {name} any more. Which call starts one under it?"
        )
    problem = _problem(container)
    return verdict(problem, f"{name} runs and answers.")


def _one_of(engine: EngineState, containers: list[Container], none: str) -> CheckResult:
    problems = [_problem(container) for container in containers]
    if "" in problems:
        name = containers[problems.index("")].name
        return CheckResult(
            ok=True, message=f"container {name} of {engine.image} answers, on {LOOPBACK} and nowhere else."
        )
    return CheckResult(ok=False, message=problems[0] if problems else none)


def _problem(container: Container) -> str:
    """Say why a container can't be asked from here, or from more places than it should; empty where all is well."""
    try:
        return _not_running(container) or _no_door(container) or _nobody_behind(container) or _too_open(container)
    except NotFound:
        return f"container {container.name} has ended, and was removed with its log. Was it started with remove=True?"


def _not_running(container: Container) -> str:
    if container.status == "created":
        why = container.attrs["State"]["Error"].rpartition(": ")[2] or "nobody has started it"
        return f"container {container.name} was made, but never ran: {why}. What has to change before it can start?"
    if container.status == "running":
        return ""
    code = container.attrs["State"]["ExitCode"]
    return f"container {container.name} has ended with exit code {code}. What does its log say last?"


def _no_door(container: Container) -> str:
    published = [port for port, doors in container.ports.items() if doors]
    if not published:
        return f"container {container.name} runs, but no port of it is published. Which argument of run makes a door?"
    if f"{APP_PORT}/tcp" not in published:
        return (
            f"the door of container {container.name} leads to container port {published[0].split('/')[0]}, and the "
            f"program listens on {APP_PORT}. Which of the two numbers in ports= is the container's?"
        )
    return ""


def _nobody_behind(container: Container) -> str:
    # A program that listens and can't be reached from here will not be reached later either.
    startup.comes(container, lambda: _answers(container) or APP_PORT in _listening(container))
    container.reload()
    if problem := _not_running(container):
        return problem
    if _answers(container):
        return ""
    listening = _listening(container)
    if APP_PORT not in listening:
        return (
            f"the door of container {container.name} leads to its port {APP_PORT}, where nobody listens: a program "
            f"waits on {sorted(listening) or 'no port at all'}. Which of the two do you change?"
        )
    if listening[APP_PORT] <= OWN_ONLY:
        return (
            f"the program in container {container.name} listens on {LOOPBACK} of the container alone, and no door "
            "leads there, however wide. Which argument of `flask run` names the address?"
        )
    return (
        f"container {container.name} has a door, and something else than degrees answers there. What does its log say?"
    )


def _too_open(container: Container) -> str:
    address = _door(container)["HostIp"]
    if address == LOOPBACK:
        return ""
    return (
        f"the door of container {container.name} is open on {address}, not on {LOOPBACK} alone. "
        "What goes before the host port?"
    )


def _answers(container: Container) -> bool:
    try:
        return ports.http_get(f"http://{LOOPBACK}:{_door(container)['HostPort']}/degrees", timeout=5).ok
    except requests.RequestException:
        return False


def _door(container: Container) -> dict[str, str]:
    return cast(list[dict[str, str]], container.ports[f"{APP_PORT}/tcp"])[0]


def _listening(container: Container) -> dict[int, set[str]]:
    """List the ports on which programs in a container wait, each with the addresses, in the kernel's spelling."""
    found: dict[int, set[str]] = {}
    code, said = run_inside(container, ["python", "-c", LISTENING])
    for line in [] if code else said.split():  # a container that is about to end runs nothing more
        address, port = line.split(":")
        found.setdefault(int(port, 16), set()).add(address)
    return found


def _is_given(container: Container, program: str) -> bool:
    """Tell whether a container's command names a program, as a word or within a line for the shell."""
    return any(program in word for word in [container.attrs["Path"], *container.attrs["Args"]])


CHECKS: dict[str, Check] = {"one-door": one_door, "all-addresses": all_addresses, "by-that-name": by_that_name}
