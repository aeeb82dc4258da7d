"""Host ports: who holds one, which is free, and whether anything answers there."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import docker
import psutil
import requests

from workbench import engine
from workbench.errors import TutorialError
from workbench.labels import container_name
from workbench.settings import LOOPBACK

PROXY = "docker-proxy"  # listens on this machine for a container that publishes a port
PATIENCE = 20  # seconds that a program in a new container gets until it answers


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


def holder(port: int, client: docker.DockerClient | None = None) -> str:
    """Name the container or the process that holds a host port.

    Parameters
    ----------
    port : int
        Host port, on any address.
    client : docker.DockerClient, optional
        Asked first, since ports of containers are held by Docker's proxy. Without one, the engine is asked only where
        it is this proxy.

    Returns
    -------
    str
        For example ``container web`` or ``process nginx (pid 812)``.
    """
    if client is not None:
        for container in client.api.containers():
            if port in (published.get("PublicPort") for published in container["Ports"]):
                return f"container {container_name(container)}"
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                name = psutil.Process(connection.pid).name()
                if name == PROXY and client is None:
                    with suppress(TutorialError), closing(engine.connect(timeout=5)) as asked:
                        return holder(port, asked)
                return f"process {name} (pid {connection.pid})"
    except psutil.Error:  # some systems show a process to its owner only, and processes end while we look
        pass
    return "another program"


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
        Where nothing has answered in ``PATIENCE`` seconds.
    """
    url = f"http://{LOOPBACK}:{port}/"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            http_get(url, timeout=5)
        except requests.RequestException:
            time.sleep(0.05)
        else:
            return
    raise TutorialError(
        f"Nothing answered at {url} within {PATIENCE} seconds.",
        f"Does the container run, and is host port {port} published? docker ps -a\n"
        "What does the program in it say? docker logs, with the container's ID from that list",
    )
