"""Start, stop and restart one container by buttons, with the calls that the page makes by hand."""

from __future__ import annotations

import contextlib
import dataclasses

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from workbench.engine import ports
from workbench.engine.client import translated_errors
from workbench.engine.container_status import NOT_YET, ContainerStatus, PublishedPort
from workbench.engine.container_watcher import Tell, Watcher, watcher
from workbench.errors import TutorialError
from workbench.lesson.session import Lesson
from workbench.settings import APP_PORT, LOOPBACK
from workbench.widgets.run import Actions, RunPanel

STOP_GRACE = 1  # seconds between the request to end and the end by force
LAST_PORT = 65535


class Runner:
    """What the buttons of a panel do.

    Parameters
    ----------
    client : docker.DockerClient
    labels : dict of str to str
        For containers that it makes.
    what : Container or str
        A container, or the image to make one from.
    """

    def __init__(self, client: docker.DockerClient, labels: dict[str, str], what: Container | str) -> None:
        self._client, self._labels = client, labels
        self._image = what if isinstance(what, str) else None
        self._container: Container | None = None if isinstance(what, str) else what
        self._tell: Tell = lambda _seen: None
        self._watcher: Watcher | None = None
        if not isinstance(what, str):
            self._watcher = watcher(client, str(what.id))

    def watch(self, tell: Tell) -> None:
        """Tell of each change, from a thread."""
        self._tell = tell
        if self._watcher is not None:
            self._watcher.subscribe(tell)

    def unwatch(self) -> None:
        """Tell no more."""
        if self._watcher is not None:
            self._watcher.unsubscribe(self._tell)

    def look(self) -> ContainerStatus:
        """Look at the container now, and go on looking."""
        if self._watcher is None:
            return ContainerStatus("", NOT_YET)
        self._watcher.poke()
        return self._watcher.look()

    def start(self, port: int) -> None:
        """Start the container; make it first where there is none, or where it has another host port.

        The same on the command line: ``docker run -d -p 127.0.0.1:PORT:5000 IMAGE``, or ``docker start``.

        Raises
        ------
        TutorialError
        """
        with translated_errors():
            if self._image is None or self._has(port):
                self._start_again()
            else:
                self._make(self._image, port)

    def stop(self) -> None:
        """Ask the program to end, and end it after a second: ``docker stop --time 1``."""
        with translated_errors():
            if self._container is not None:
                self._container.stop(timeout=STOP_GRACE)

    def restart(self) -> None:
        """Stop and start: ``docker restart --time 1``."""
        with translated_errors():
            if self._container is not None:
                self._container.restart(timeout=STOP_GRACE)

    def objection(self, port: int) -> str:
        """Say why the host port can't be had; empty where it can."""
        if not 1 <= port <= LAST_PORT:
            return f"{port} is not a valid port: ports are whole numbers from 1 to {LAST_PORT}."
        try:
            with translated_errors():
                if ports.is_free(port) or self._has(port):
                    return ""
                return f"Host port {port} is taken by {ports.holder(port, self._client)}. Choose another one."
        except TutorialError as error:
            return f"{error.what} {error.fix}"

    def _start_again(self) -> None:
        if self._container is None:
            return
        try:
            self._container.start()
        except NotFound:
            raise
        except APIError as error:
            taken = [door for door in self.look().published if not ports.is_free(int(door.host_port or 0))]
            if not taken:
                raise
            port = int(taken[0].host_port)
            raise TutorialError(
                f"Host port {port} is taken by {ports.holder(port, self._client)}.",
                "Stop that first, or make a container with another host port.",
            ) from error

    def _make(self, image: str, port: int) -> None:
        if objection := self.objection(port):
            raise TutorialError(objection, "")
        self._forget()
        made = self._client.containers.create(
            image, detach=True, ports={f"{APP_PORT}/tcp": (LOOPBACK, port)}, labels=self._labels
        )
        try:
            made.start()
        except APIError:
            made.remove(force=True)
            raise
        self._container, self._watcher = made, watcher(self._client, str(made.id))
        self._watcher.subscribe(self._tell)

    def _forget(self) -> None:
        """Remove the container of the panel's own that has another host port, or that is gone already."""
        self.unwatch()
        if self._container is not None:
            with contextlib.suppress(NotFound):
                self._container.remove(force=True)
        self._container = self._watcher = None

    def _has(self, port: int) -> bool:
        """Tell whether the container is there and has this door."""
        if self._watcher is None:
            return False
        seen = self._watcher.look()
        return not seen.over and any(door.host_port == str(port) for door in seen.published)


def run_panel(client: docker.DockerClient, lesson: Lesson, what: Container | str, port: int = APP_PORT) -> RunPanel:
    """Show a container with its doors, its state and its log, and buttons to start and stop it.

    Parameters
    ----------
    client : docker.DockerClient
    lesson : Lesson
        Its labels go to a container that the panel makes.
    what : Container or str
        A container, or an image from which the panel makes one when Start is pressed.
    port : int
        Host port on 127.0.0.1 for a container that the panel makes.
    """
    runner = Runner(client, lesson.labels, what)
    actions = Actions(runner.start, runner.stop, runner.restart, runner.look, runner.objection, runner.unwatch)
    if isinstance(what, str):
        door = PublishedPort(LOOPBACK, str(port), f"{APP_PORT}/tcp")
        panel = RunPanel(what, dataclasses.replace(runner.look(), published=(door,)), actions, port)
    else:
        panel = RunPanel("container", runner.look(), actions)
    runner.watch(panel.show)
    return panel
