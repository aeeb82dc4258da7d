"""Host ports: who holds one, and which is free."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import docker
import psutil

from workbench.settings import LOOPBACK


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        # As servers do: a port that only waits for its last packets counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
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
        Asked first, since ports of containers are held by Docker's proxy.

    Returns
    -------
    str
        For example ``container web`` or ``process nginx (pid 812)``.
    """
    if client is not None:
        for container in client.api.containers():
            if port in (published.get("PublicPort") for published in container["Ports"]):
                return f"container {container['Names'][0].lstrip('/')}"
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                return f"process {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:  # some systems show a process to its owner only, and processes end while we look
        pass
    return "another program"
