"""What several probes share: a connection to the engine, and one look from outside and from inside."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import count
from typing import Any, Generic, TypeVar

import docker
from docker.constants import DEFAULT_DOCKER_API_VERSION
from docker.context import Context, ContextAPI

from workbench.doctor import container_view, network_view
from workbench.doctor.targets import Targets
from workbench.engine import client as engine
from workbench.engine import labels
from workbench.errors import TutorialError
from workbench.system.locks import claim
from workbench.system.username import username

REQUEST_TIMEOUT = 3  # seconds that the engine gets for one answer

T = TypeVar("T")


class Shared(Generic[T]):
    """A reading that is taken once, by the first who asks; the others wait for it and get the same, errors too."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read, self._lock = read, threading.Lock()
        self._value: list[T] = []
        self._error: Exception | None = None

    @property
    def under_way(self) -> bool:
        """Whether somebody is taking the reading now."""
        return self._lock.locked()

    def __call__(self) -> T:
        """Give the reading."""
        with self._lock:
            if not self._value and self._error is None:
                try:
                    self._value.append(self._read())
                except Exception as error:  # noqa: BLE001 - whatever it is, each who asks gets it
                    self._error = error
            if self._error is not None:
                raise self._error
            return self._value[0]


class Machine:
    """One look at this machine: a connection to the engine, and the same view from outside and inside.

    Parameters
    ----------
    around : Targets

    Attributes
    ----------
    version : Shared of dict
        What the engine says of itself, in whatever version of the API: ``docker version``.
    client : Shared of docker.DockerClient
    info : Shared of dict
        ``docker info``.
    outside, inside : Shared
        What the network looks like from here, and all that the container sees.
    """

    def __init__(self, around: Targets) -> None:
        self.around = around
        self.version = Shared(_version)
        self.client = Shared(lambda: engine.connect(timeout=REQUEST_TIMEOUT))
        self.info: Shared[dict[str, Any]] = Shared(lambda: self.client().info())
        self.outside = Shared(lambda: network_view.look(around.packages))
        self.inside = Shared(self._look_inside)
        self._session = ""

    @property
    def address(self) -> str:
        """Where the engine is: as ``DOCKER_HOST``, or else the docker command's context, says."""
        return os.environ.get("DOCKER_HOST") or str(current_context().Host)

    def close(self) -> None:
        """Remove the container that looks from inside, where it is still there, and let go of the engine."""
        with suppress(TutorialError, *engine.ENGINE_ERRORS):
            client = self.client()
            if self.inside.under_way:
                labels.sweep(self.around.paths, client, session=self._session)
            client.close()

    def _look_inside(self) -> container_view.Inside:
        client, around = self.client(), self.around
        # Claimed, the container counts as in use and not as a leftover.
        self._session, lock = claim(around.paths, (f"{username()}/doctor-{number}" for number in count(1)))
        try:
            # Nobody else holds this session, so what carries it was left by a look that was cut short.
            labels.sweep(self.around.paths, client, session=self._session)
            options = {**around.container, "labels": labels.lesson_labels(self._session)}
            return container_view.look(client, around.base, around.packages, options)
        finally:
            lock.release()


def current_context() -> Context:
    """Give the docker command's context; where the one that is chosen is gone, the default, as docker-py does."""
    return ContextAPI.get_current_context() or ContextAPI.DEFAULT_CONTEXT


def _version() -> dict[str, Any]:
    try:
        # With a version named, docker-py asks the engine for none: here is one request that every engine answers.
        client = docker.from_env(timeout=REQUEST_TIMEOUT, version=DEFAULT_DOCKER_API_VERSION)
        with closing(client):
            answer: dict[str, Any] = client.api.version(api_version=False)
    except (*engine.ENGINE_ERRORS, OSError, ValueError) as error:
        raise engine.unreachable(error) from error
    return answer
