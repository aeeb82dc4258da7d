"""One container as it is seen from outside: its state, its doors, its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.text import last_part, printable

LOG_LINES = 2000
LOG_SIZE = 1_000_000  # bytes, and characters: an escape has several

REMOVED = "removed"
UNKNOWN = "unknown"
NOT_YET = "not made yet"


@dataclass(frozen=True)
class PublishedPort:
    """One published port.

    Attributes
    ----------
    address : str
        Address of the host on which it opens, ``127.0.0.1`` for this machine alone.
    host_port : str
        Empty where the engine chooses one at the next start.
    container_port : str
        With its protocol, as ``5000/tcp``.
    """

    address: str
    host_port: str
    container_port: str

    def __str__(self) -> str:
        return f"{self.address}:{self.host_port or '?'} -> {self.container_port}"


@dataclass(frozen=True)
class ContainerStatus:
    """What can be seen of one container at one moment.

    Attributes
    ----------
    name : str
    status : str
        The engine's word, such as ``running`` or ``exited``, or one of this module's.
    health : str
        Empty where the image has no health check.
    exit_code : int
        Of the program, when it has ended.
    published : tuple of PublishedPort
        Those it has, or will have again when it is started.
    log : str
        The last of it, at most ``LOG_LINES`` and ``LOG_SIZE``, in printable characters.
    note : str
        A line for people, where something is wrong.
    """

    name: str
    status: str
    health: str = ""
    exit_code: int = 0
    published: tuple[PublishedPort, ...] = ()
    log: str = ""
    note: str = ""

    @property
    def over(self) -> bool:
        """Tell whether looking again is of no use."""
        return self.status in (REMOVED, UNKNOWN)

    @property
    def words(self) -> str:
        """The state in a few words."""
        if self.status == "exited":
            return f"exited with code {self.exit_code}"
        if self.status == "running":
            return f"running, {self.health}" if self.health else "running, no health check"
        return self.status


def read_status(attributes: dict[str, Any], log: bytes) -> ContainerStatus:
    """Read what ``docker inspect`` and ``docker logs`` say."""
    state = attributes["State"]
    return ContainerStatus(
        name=str(attributes["Name"]).lstrip("/"),
        status=state["Status"],
        health=(state.get("Health") or {}).get("Status", ""),
        exit_code=state.get("ExitCode", 0),
        published=tuple(_published_ports(attributes)),
        log=last_part(printable(log[-LOG_SIZE:]), LOG_LINES, LOG_SIZE),
        note=state.get("Error", ""),
    )


def _published_ports(attributes: dict[str, Any]) -> list[PublishedPort]:
    # Open doors stand in the one place, those of a stopped container in the other.
    ports = attributes["NetworkSettings"].get("Ports") or attributes["HostConfig"].get("PortBindings") or {}
    return [
        PublishedPort(bound.get("HostIp") or "0.0.0.0", bound.get("HostPort", ""), port)  # noqa: S104 - that is what it means
        for port, bindings in sorted(ports.items())
        for bound in bindings or []
    ]
