"""Whether a container answers on this machine, and only there: shared by the checks of chapter 05."""

from __future__ import annotations

import requests
from docker.errors import NotFound
from docker.models.containers import Container

from workbench.checks import container_state, startup
from workbench.engine import ports
from workbench.settings import APP_PORT, LOOPBACK

HOST = "host"  # the network mode of a container that has no network of its own
FROM_HERE = (LOOPBACK, "0.0.0.0")  # noqa: S104 - bind addresses that can be reached on 127.0.0.1

Bindings = dict[str, list[dict[str, str]]]  # by container port, as `5000/tcp`


def problem(container: Container) -> str:
    """Say why a container can't be asked from here, or from more places than it should; empty where all is well."""
    try:
        return (
            container_state.not_running(container)
            or _not_published(container)
            or _silent(container)
            or _too_open(container)
        )
    except NotFound:
        return f"container {container.name} has ended, and was removed with its log. Was it started with remove=True?"


def _not_published(container: Container) -> str:
    if container.attrs["HostConfig"]["NetworkMode"] == HOST:
        return (
            f"container {container.name} uses the host's own network, so no port of it is published. "
            "What does it look like without that?"
        )
    published = _published(container)
    if not published:
        return f"container {container.name} runs, but no port of it is published. Which argument of run makes a door?"
    doors = _doors(container)
    if not doors:
        port = next(iter(published))
        return f"container {container.name} publishes {port}, and HTTP needs tcp. Where does udp come from?"
    return "" if any(doors.values()) else _too_open(container)


def _too_open(container: Container) -> str:
    """Look at all ports of a container, since each of them is a way in."""
    published = _published(container).values()
    others = [one["HostIp"] for bindings in published for one in bindings if one["HostIp"] != LOOPBACK]
    if not others:
        return ""
    return (
        f"the door of container {container.name} is open on {others[0]}, not on {LOOPBACK} alone. "
        "What goes before the host port?"
    )


def _silent(container: Container) -> str:
    """Wait for an answer; say why none comes."""
    doors = _doors(container)
    # A program that listens and can't be reached from here will not be reached later either.
    startup.comes(container, lambda: _answers(doors) or bool(container_state.listening(container)))
    container.reload()
    if over := container_state.not_running(container):
        return over
    return "" if _answers(doors) else _why_silent(container, doors)


def _why_silent(container: Container, doors: dict[int, list[int]]) -> str:
    listening = container_state.listening(container)
    reached = [port for port in doors if port in listening]
    if reached and listening[reached[0]] <= container_state.OWN_ONLY:
        return (
            f"the program in container {container.name} listens on {LOOPBACK} of the container alone, and no door "
            "leads there, however wide. Which argument of `flask run` names the address?"
        )
    if reached:
        return (
            f"container {container.name} has a door, and something else than degrees answers there. "
            "What does its log say?"
        )
    door = next(iter(doors))
    if APP_PORT in listening:
        return (
            f"the door of container {container.name} leads to container port {door}, and the "
            f"program listens on {APP_PORT}. Which of the two numbers in ports= is the container's?"
        )
    return (
        f"the door of container {container.name} leads to its port {door}, where nothing listens: a program "
        f"waits on {sorted(listening) or 'no port at all'}. Which of the two do you change?"
    )


def _published(container: Container) -> Bindings:
    return {port: bindings for port, bindings in container.ports.items() if bindings}


def _doors(container: Container) -> dict[int, list[int]]:
    """Give the host ports that lead to each container port, as far as this machine reaches them on 127.0.0.1."""
    return {
        int(port.partition("/")[0]): [int(one["HostPort"]) for one in bindings if one["HostIp"] in FROM_HERE]
        for port, bindings in _published(container).items()
        if port.endswith("/tcp")
    }


def _answers(doors: dict[int, list[int]]) -> bool:
    return any(_has_degrees(port) for host_ports in doors.values() for port in host_ports)


def _has_degrees(port: int) -> bool:
    try:
        return ports.http_get(f"http://{LOOPBACK}:{port}/degrees", timeout=5).ok
    except requests.RequestException:
        return False
