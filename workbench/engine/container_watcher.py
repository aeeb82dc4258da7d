"""Watch one container for as long as somebody looks and it exists."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from http import HTTPStatus
from weakref import WeakValueDictionary

import docker
from docker.errors import APIError, NotFound

from workbench.engine.client import translated_errors
from workbench.engine.container_status import LOG_LINES, LOG_SIZE, REMOVED, UNKNOWN, ContainerStatus, read_status
from workbench.errors import TutorialError

PAUSE = 0.5  # seconds between two looks
LONG_PAUSE = 2.0  # while the log is so long that to show it is work for the browser
LONG = 100_000  # characters
GOING = ("removing", "dead")

Tell = Callable[[ContainerStatus], None]


class Watcher:
    """Looks at one container again and again in one thread, for all who want to know.

    The engine can follow a log by itself, and docker-py then reads 0.7 MB a second. To ask for the last
    lines takes 0.05 s however long the log is.

    Parameters
    ----------
    client : docker.DockerClient
    container : str
        Its ID.
    """

    def __init__(self, client: docker.DockerClient, container: str) -> None:
        self._client, self._container = client, container
        self._changed = threading.Condition()
        self._told: list[Tell] = []
        self._thread: threading.Thread | None = None
        self._poked = False
        self._lines, self._raw = LOG_LINES, b""
        self._last = ContainerStatus(container[:12], UNKNOWN)

    def look(self) -> ContainerStatus:
        """Look once; what is wrong is a part of what is seen.

        The same on the command line: ``docker inspect CONTAINER`` and ``docker logs --tail 2000 CONTAINER``.
        """
        try:
            with translated_errors():
                attributes = self._client.api.inspect_container(self._container)
                if attributes["State"]["Status"] in GOING:
                    return dataclasses.replace(self._last, status=REMOVED, note="The container is being removed.")
                self._last = read_status(attributes, self._log())
        except TutorialError as error:
            if isinstance(error.__cause__, NotFound):
                return dataclasses.replace(self._last, status=REMOVED, note="The container was removed.")
            return dataclasses.replace(self._last, status=UNKNOWN, note=f"{error.what} {error.fix}")
        return self._last

    def subscribe(self, tell: Tell) -> None:
        """Call ``tell`` with each look, from a thread, until it is unsubscribed."""
        with self._changed:
            self._told.append(tell)
        self.poke()

    def unsubscribe(self, tell: Tell) -> None:
        """Stop telling; the thread ends when nobody is left."""
        with self._changed:
            if tell in self._told:
                self._told.remove(tell)
            self._changed.notify()

    def poke(self) -> None:
        """Look now, and go on looking if that had ended."""
        with self._changed:
            self._poked = True
            if self._thread is None and self._told:
                self._thread = threading.Thread(target=self._watch, name=f"watch {self._container[:12]}", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _watch(self) -> None:
        seen = self._look_and_tell()
        while self._goes_on(seen):
            seen = self._look_and_tell()

    def _look_and_tell(self) -> ContainerStatus:
        with self._changed:
            self._poked = False
        seen = self.look()
        for tell in tuple(self._told):
            tell(seen)
        return seen

    def _goes_on(self, seen: ContainerStatus) -> bool:
        """Wait until it is time to look again; False where there is nothing to see or nobody to tell."""
        with self._changed:
            if not seen.over:
                pause = LONG_PAUSE if len(seen.log) > LONG else PAUSE
                self._changed.wait_for(lambda: self._poked or not self._told, pause)
            if not self._told or (seen.over and not self._poked):
                self._thread = None
            return self._thread is not None

    def _log(self) -> bytes:
        try:
            self._raw = self._client.api.logs(self._container, tail=self._lines)
        except NotFound:
            raise
        except APIError as error:
            if error.status_code != HTTPStatus.CONFLICT:  # such as a logging driver that gives nothing back
                return f"There is no log to show: {error.explanation}".encode()
            # It is being removed, and the last log is the last.
        # Lines may be long, up to 16 KB each: ask for fewer of them the next time.
        self._lines = max(1, min(LOG_LINES, self._lines * 2, self._lines * LOG_SIZE // max(1, len(self._raw))))
        return self._raw


_WATCHERS: WeakValueDictionary[str, Watcher] = WeakValueDictionary()
_LOCK = threading.Lock()


def watcher(client: docker.DockerClient, container: str) -> Watcher:
    """Give the one watcher of a container: panels that share it agree."""
    with _LOCK:
        found = _WATCHERS.get(container)
        if found is None:
            found = _WATCHERS[container] = Watcher(client, container)
        return found
