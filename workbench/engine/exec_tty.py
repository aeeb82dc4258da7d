"""A program in a container with its own terminal, over docker-py's exec socket."""

from __future__ import annotations

import secrets
import selectors
import socket
import threading
import time
from contextlib import suppress
from typing import Any, cast

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from workbench.engine.client import ENGINE_ERRORS
from workbench.engine.exec_socket import CHUNK, ExecSocket, end_with
from workbench.errors import TutorialError
from workbench.system.waiting import wait_until

TYPED = 1_000_000  # bytes that may wait until the program reads them
END_TIMEOUT = 3.0  # seconds for what is ended to end
SIGNALS = 128  # an exit code above it is a signal's number and 128
KILLED = 2.0  # seconds between the end of a program that was killed and that of its container, at the most
RESIZES = 10  # how often a size is told to a program that is only just starting
FROM_THE_ENGINE = (*ENGINE_ERRORS, OSError)  # the socket is ours to read

Command = str | list[str]


class Tty:
    """A program that runs in a container as if somebody sat there; the same as ``docker exec -it``.

    One thread reads. All other methods may be called from any thread and never wait for the program.

    Parameters
    ----------
    container : docker.models.containers.Container
        It must be running.
    command : str or list of str
        The program, usually a shell.

    Raises
    ------
    TutorialError
        Where it could not be started.
    """

    def __init__(self, container: Container, command: Command) -> None:
        self._container, self._command = str(container.id), command
        self._api = cast("docker.DockerClient", container.client).api
        mark = f"WORKBENCH_TERMINAL={secrets.token_hex(8)}"
        try:
            _, self._guard = self._start(end_with(mark))
            # Docker's own keys to detach would swallow Ctrl-P, with which a shell goes back in its history.
            options = {"environment": [mark, "TERM=xterm-256color"], "detach_keys": "ctrl-^,ctrl-^,ctrl-^"}
            self._exec, self._line = self._start(command, tty=True, **options)
        except FROM_THE_ENGINE as error:
            raise _not_started(container, error) from error
        self._bell, self._button = socket.socketpair()
        self._lock = threading.Lock()
        self._typed = bytearray()
        self._size: tuple[int, int] | None = None
        self._resizes = 0
        self._give_up_at: float | None = None
        for end in (self._bell, self._button):
            end.setblocking(False)

    def write(self, data: bytes) -> None:
        """Type; what the program doesn't read in time is dropped once a megabyte of it waits."""
        with self._lock:
            self._typed += data[: TYPED - len(self._typed)]
        self.wake()

    def resize(self, columns: int, rows: int) -> None:
        """Tell the program how large its terminal is; the same as what ``docker exec`` does for a window."""
        with self._lock:
            self._size, self._resizes = (columns, rows), RESIZES
        self.wake()

    def close(self) -> None:
        """End the program, and what was started from it, as when a window is closed."""
        with self._lock:
            if self._give_up_at is None:
                self._give_up_at = time.monotonic() + END_TIMEOUT
                self._guard.end_input()
        self.wake()

    def wake(self) -> None:
        """Let ``read`` come back now."""
        with suppress(OSError):  # full: it is about to wake anyway; closed: nobody reads any more
            self._button.send(b"\0")

    def read(self, seconds: float | None, *, paused: bool = False) -> bytes | None:
        """Wait for output, and meanwhile hand over what was typed.

        Parameters
        ----------
        seconds : float or None
            How long to wait; None for as long as it takes.
        paused : bool
            Read nothing, so that the program has to wait.

        Returns
        -------
        bytes or None
            Empty where nothing came; None once the program has ended.
        """
        if early := self._line.take_early():
            return early
        # What is typed after a size was told goes after it.
        typed = len(self._typed)
        self._tell_size()
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            if wanted := self._wanted(typed, paused=paused):
                selector.register(self._line.socket, wanted)
            ready = {key.fileobj: event for key, event in selector.select(self._limit(seconds))}
        with suppress(BlockingIOError):
            self._bell.recv(CHUNK)
        if self._give_up_at is not None and time.monotonic() > self._give_up_at:
            return None
        event = ready.get(self._line.socket, 0)
        try:
            if event & selectors.EVENT_WRITE:
                with self._lock:
                    del self._typed[: self._line.socket.send(self._typed[:typed])]
            return (self._line.socket.recv(CHUNK) or None) if event & selectors.EVENT_READ else b""
        except BlockingIOError:
            return b""
        except OSError:  # the engine is gone, or the program before it read what was typed
            return None

    def release(self) -> str:
        """Let go of everything, once ``read`` has said None; say for people how the program ended."""
        if self._give_up_at is None:
            self._guard.send(b"leave\n")
        self._guard.end_input()
        self._guard.drain(END_TIMEOUT)
        how = self._how_it_ended()
        for connection in (self._line, self._guard):
            connection.close()
        self._bell.close()
        self._button.close()
        return how

    def _start(self, command: Command, *, tty: bool = False, **options: Any) -> tuple[str, ExecSocket]:
        made = self._api.exec_create(self._container, command, stdin=True, tty=tty, **options)["Id"]
        return made, ExecSocket(self._api.exec_start(made, tty=tty, socket=True))

    def _wanted(self, typed: int, *, paused: bool) -> int:
        closing = self._give_up_at is not None
        reading = 0 if paused and not closing else selectors.EVENT_READ
        return reading | (selectors.EVENT_WRITE if typed and not closing else 0)

    def _limit(self, seconds: float | None) -> float | None:
        limits = [] if seconds is None else [seconds]
        if self._resizes:
            limits.append(0.1)
        if self._give_up_at is not None:
            limits.append(max(0.0, self._give_up_at - time.monotonic()) + 0.01)
        return min(limits, default=None)

    def _tell_size(self) -> None:
        with self._lock:
            size, self._resizes = self._size, max(0, self._resizes - 1)
            if size is None:
                return
        try:
            self._api.exec_resize(self._exec, height=size[1], width=size[0])
        except FROM_THE_ENGINE:
            return  # it has only just been started, or has ended
        with self._lock:
            if size == self._size:
                self._size, self._resizes = None, 0

    def _how_it_ended(self) -> str:
        if self._give_up_at is not None:
            return "This terminal was closed."
        try:
            return self._ending()
        except NotFound:
            return "The container was removed."
        except FROM_THE_ENGINE:
            return "The Docker Engine no longer answers."

    def _ending(self) -> str:
        # The output ends a moment before the program.
        how = wait_until(lambda: self._container_end() or self._program_end(), END_TIMEOUT)
        return how or "The connection to the container has ended."

    def _container_end(self) -> str:
        """Say how the container stopped; empty where it runs."""
        state = self._api.inspect_container(self._container)["State"]
        return "" if state["Running"] else f"The container has stopped, with exit code {state['ExitCode']}."

    def _program_end(self) -> str:
        """Say how the program, or the container that took it along, ended; empty where it runs."""
        program = self._api.exec_inspect(self._exec)
        code = program["ExitCode"]
        if program["Running"] or code is None:
            return ""
        # A program that was killed ends a moment before its container.
        stopped = wait_until(self._container_end, KILLED) if code > SIGNALS else ""
        return stopped or f"{name_of(self._command)} has ended, with exit code {code}."


def name_of(command: Command) -> str:
    """Give a command as it would be typed."""
    return command if isinstance(command, str) else " ".join(command)


def _not_started(container: Container, error: Exception) -> TutorialError:
    if isinstance(error, NotFound):
        return TutorialError("The container is gone.", "Start a new one, then open its terminal.")
    if isinstance(error, APIError):
        return TutorialError(
            f"No terminal in container {container.name}: {error.explanation}", "Look at its state: docker ps -a"
        )
    return TutorialError("The Docker Engine doesn't answer.", "Start it: ./tutorial start")
