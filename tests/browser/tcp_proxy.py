"""A proxy between a browser and a server, which can be pulled out and plugged in again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from workbench.settings import LOOPBACK

PIECE = 65536  # bytes


class TcpProxy:
    """A port of its own that leads to the server's.

    Parameters
    ----------
    server : int
        The server's port on 127.0.0.1.
    """

    def __init__(self, server: int) -> None:
        self._server = server
        self._ends: list[socket.socket] = []
        self.port = 0
        self.plug()

    def plug(self) -> None:
        """Let connections through."""
        listener = socket.create_server((LOOPBACK, self.port))
        self.port = listener.getsockname()[1]
        self._ends = [listener]
        Thread(target=self._accept, args=(listener,), daemon=True).start()

    def pull(self) -> None:
        """Cut all connections, and let no new one through."""
        for end in self._ends:
            with suppress(OSError):  # it was closed from the other side
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # it was pulled
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((LOOPBACK, self._server))
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(PIECE):
            other.sendall(piece)
        other.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_to(server: int) -> Iterator[TcpProxy]:
    """Lay a proxy to a port; in the end it is taken away."""
    proxy = TcpProxy(server)
    try:
        yield proxy
    finally:
        proxy.pull()
