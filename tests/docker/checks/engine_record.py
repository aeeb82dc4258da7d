"""What an engine answers about one state, asked once and then read from a record."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from unittest import mock

import docker

from workbench.checks import stored_files
from workbench.engine import ports

# The calls of docker-py's low-level API that change nothing a check looks at. Any other call changes something.
LOOKS = {
    "containers",
    "diff",
    "exec_create",
    "exec_inspect",
    "exec_start",
    "find",
    "get_archive",
    "history",
    "http_get",
    "images",
    "inspect_container",
    "inspect_distribution",
    "inspect_image",
    "logs",
    "wait",
}

Moment = tuple[str, ...]  # the calls that changed something since the check began


class UnrecordedError(BaseException):
    """The engine can't be asked any more: what the question is about has changed since.

    No check and no mutant catches it: it is not an ``Exception``.
    """


@dataclass(frozen=True)
class Answer:
    """What a call gave back or raised."""

    value: Any = None
    error: Exception | None = None

    def give(self) -> Any:
        """Return a copy of the value, or raise the error again."""
        if self.error is not None:
            raise self.error.with_traceback(None)
        return copy.deepcopy(self.value)


class EngineRecord:
    """The answers of an engine about a state that lasts.

    An answer belongs to a moment: a container answers otherwise once it is started. The record asks the engine what it
    has not been asked before, as long as the engine is still at that moment.

    Parameters
    ----------
    client : docker.DockerClient
    """

    def __init__(self, client: docker.DockerClient) -> None:
        self._engine = client
        self.client = copy.copy(client)
        self.client.api = cast(docker.APIClient, _RecordedAPI(client.api, self))
        self._answers: dict[tuple[Moment, str], Answer] = {}
        self._moment: Moment = ()
        self._lasting: set[Moment] = {()}  # moments at which the engine still is
        self._made: set[str] = set()  # IDs of the containers that checks have made, and that are kept
        self._asks_again = False

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Ask the engine all that a check asks, and keep the last answer to each question.

        A check waits by asking the same question until the answer is another one, which then stays.
        """
        self._asks_again = True
        with self.replaying():
            yield
        self._asks_again = False

    @contextmanager
    def replaying(self) -> Iterator[None]:
        """Give a check the answers that were recorded. None of them changes with time, so a check need not wait."""
        self._moment = ()
        # An image is long, and what a check takes from it is short: the file that was found is kept.
        find = stored_files.find
        with (
            mock.patch.object(ports, "http_get", partial(self.answer, ports.http_get)),
            mock.patch.object(stored_files, "find", lambda _client, *names: self.answer(find, self._engine, *names)),
        ):
            yield

    def answer(self, ask: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Answer a call of the engine.

        Raises
        ------
        UnrecordedError
            Where this was never asked, and it is too late to ask.
        """
        name = ask.__name__
        call = f"{name}{arguments}{sorted(options.items())}"
        at = self._moment
        if name not in LOOKS:
            self._moment = *at, call
        if self._asks_again or (at, call) not in self._answers:
            self._answers[at, call] = self._ask(at, call, partial(ask, *arguments, **options))
        return self._answers[at, call].give()

    def _ask(self, at: Moment, call: str, ask: partial[Any]) -> Answer:
        name = ask.func.__name__
        if at not in self._lasting:
            raise UnrecordedError(call)
        if name not in LOOKS:
            self._lasting.add(self._moment)
        # The engine never refuses to remove by force, so that can wait until the state is cleared: what is kept can
        # still be asked.
        if name == "remove_container" and ask.keywords.get("force"):
            return Answer()
        if name not in LOOKS and at:
            self._lasting.discard(at)
        try:
            value = ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, the check gets it
            return Answer(error=error)
        if name == "get_archive":
            value = [*value[0]], value[1]
        if name == "create_container":
            self._made.add(value["Id"])
        if name == "containers":
            value = [listed for listed in value if listed["Id"] not in self._made]
        return Answer(value)


class _RecordedAPI:
    """Stands for docker-py's low-level API, and answers each of its calls from a record."""

    def __init__(self, api: docker.APIClient, record: EngineRecord) -> None:
        self._api, self._record = api, record

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._api, name)
        return partial(self._record.answer, found) if callable(found) else found
