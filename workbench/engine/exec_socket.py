"""The line to a program that runs beside a container's own, and how it ends when nobody holds the line any more."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

CHUNK = 65536  # bytes that are read at a time

# The engine leaves a program running whose caller is gone. It does close the input of one without a terminal, so this
# one waits beside it for the end of its input, which comes when the notebook's kernel ends, however it ends. Then it
# ends all that carries the mark in its environment: the program, and what was started from it.
GUARD = """
read -r word; [ "$word" = leave ] && exit
marked() { grep -ls "$0" /proc/[0-9]*/environ | cut -d/ -f3; }
kill -HUP $(marked)
for _ in 1 2 3 4 5 6 7 8 9 10; do [ "$(marked)" ] || exit; sleep 0.1; done
kill -KILL $(marked)
"""


def end_with(mark: str) -> list[str]:
    """Give the command that ends what carries a mark when its own input ends.

    ``leave`` on its input ends it alone.

    Parameters
    ----------
    mark : str
        A variable with its value, as the environment of a process has it.
    """
    return ["/bin/sh", "-c", GUARD, mark]


class ExecSocket:
    """What docker-py's ``exec_start(socket=True)`` gives, with the socket beneath it.

    The only place that reads private fields of docker-py and urllib3: no public call gives what the answer's buffer
    holds, or the socket without the answer's time limit.

    Parameters
    ----------
    stream : socket.SocketIO or socket.socket
        Which one depends on how docker-py reaches the engine.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._response = getattr(stream, "_response", None)
        self.socket: socket.socket = getattr(stream, "_sock", stream)
        self.socket.setblocking(False)
        self._early = self._left_in_the_answer()

    def take_early(self) -> bytes:
        """Take what had come before anybody could read the socket."""
        early, self._early = self._early, b""
        return early

    def _left_in_the_answer(self) -> bytes:
        """Find what came together with the engine's answer; docker-py leaves it in the answer's buffer."""
        if self._response is None:
            return b""
        with suppress(OSError):
            return bytes(self._response.raw._fp.fp.peek())  # noqa: SLF001 - the way docker-py itself takes
        return b""

    def send(self, data: bytes) -> None:
        """Send; where nobody is left to read it, that is all right."""
        with suppress(OSError):
            self.socket.sendall(data)

    def end_input(self) -> None:
        """Say that nothing more will be sent."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def drain(self, seconds: float) -> None:
        """Wait until the other side has closed too, or has been silent for some seconds."""
        with suppress(OSError):
            self.socket.settimeout(seconds)
            while self.socket.recv(CHUNK):
                pass

    def close(self) -> None:
        """Let go of the connection."""
        # The response first, which would else close a stream that is closed.
        for part in (self._response, self._stream):
            if part is not None:
                with suppress(OSError, ValueError):
                    part.close()
