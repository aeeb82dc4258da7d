"""Host ports: who holds one, which is free, and whether anything answers there."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, Literal

import docker
import psutil
import requests

from workbench.engine import client as engine
from workbench.engine.labels import container_name, own_session, whose
from workbench.errors import TutorialError
from workbench.settings import LOOPBACK, SESSION_LABEL
from workbench.system.units import moment
from workbench.system.waiting import wait_until
from workbench.text import one_line

PROXY = "docker-proxy"  # listens on this machine for a container that publishes a port
START_TIMEOUT = 20  # seconds that a program in a new container gets until it answers


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        # As servers do: a port that only waits for its last packets counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:  # a low port, which only root may take, and the engine
            return probe.connect_ex((LOOPBACK, port)) != 0
        except OSError:
            return False
    return True


def free_ports(first: int) -> Iterator[int]:
    """Yield ``first`` and the ports after it, those that are free."""
    return (port for port in range(first, 65536) if is_free(port))


@dataclass(frozen=True)
class PortHolder:
    """A container or a process that holds a host port; its printed form is its kind and its name.

    Attributes
    ----------
    kind : str
        ``container``, ``process``, or empty where the system doesn't show who it is.
    name : str
    pid : int
        Of a process; 0 for anything else.
    whose : str
        Whose it is, what it is and since when, as words to put in parentheses.
    ours : bool
        Whether it is this user's: a process of theirs, or a container that their notebooks made.
    """

    kind: Literal["", "container", "process"] = ""
    name: str = ""
    pid: int = 0
    whose: str = ""
    ours: bool = False

    def __str__(self) -> str:
        if not self.kind:
            return "another program"
        return f"{self.kind} {one_line(self.name)}" + (f" (pid {self.pid})" if self.pid else "")


def holder(port: int, client: docker.DockerClient | None = None) -> PortHolder:
    """Find the container or the process that holds a host port.

    Parameters
    ----------
    port : int
        Host port, on any address.
    client : docker.DockerClient, optional
        Asked first, since ports of containers are held by Docker's proxy. Without one, the engine is asked only where
        it is this proxy.
    """
    if client is not None:
        for container in client.api.containers():
            if port in (published.get("PublicPort") for published in container["Ports"]):
                return _container(container)
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                process = psutil.Process(connection.pid)
                if process.name() == PROXY and client is None:
                    with suppress(TutorialError), closing(engine.connect(timeout=5)) as asked:
                        return holder(port, asked)
                return _process(process)
    except psutil.Error:  # some systems show a process to its owner only, and processes end while we look
        pass
    return PortHolder()


def _container(listed: dict[str, Any]) -> PortHolder:
    ours = own_session(str((listed["Labels"] or {}).get(SESSION_LABEL, ""))) is not None
    return PortHolder("container", container_name(listed), whose=whose(listed), ours=ours)


def _process(process: psutil.Process) -> PortHolder:
    user, since = process.username(), moment(process.create_time())
    owner = f"{user}, which is you" if process.uids().real == os.getuid() else user
    return PortHolder("process", process.name(), process.pid, f"of the user {owner}, since {since}", ours=owner != user)


def http_get(url: str, **options: Any) -> requests.Response:
    """Send a GET request to this machine, past any proxy: one that is set for the way out would see the login."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, **options)


def wait_until_up(port: int) -> None:
    """Wait until a program answers HTTP requests on this port of 127.0.0.1, whatever it answers.

    To connect is not enough: Docker's proxy takes connections before the program inside does.
    The same on the command line: ``curl --retry 20 --retry-all-errors 127.0.0.1:PORT``.

    Raises
    ------
    TutorialError
        Where nothing has answered in ``START_TIMEOUT`` seconds.
    """
    url = f"http://{LOOPBACK}:{port}/"
    if not wait_until(lambda: _answers(url), START_TIMEOUT):
        raise TutorialError(
            f"Nothing answered at {url} within {START_TIMEOUT} seconds.",
            f"Does the container run, and is host port {port} published? docker ps -a\n"
            "What does the program in it say? docker logs, with the container's ID from that list",
        )


def _answers(url: str) -> bool:
    try:
        http_get(url, timeout=5)
    except requests.RequestException:
        return False
    return True
