"""Connect to a Docker Engine; say in plain words what docker-py raises."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from contextlib import contextmanager

import docker
import requests
import urllib3
from docker.errors import APIError, DockerException, NotFound, StreamParseError

from workbench.errors import TutorialError

# What a call of docker-py raises: its own errors, and those of the layers below it where the engine goes away.
ENGINE_ERRORS = (
    DockerException,
    StreamParseError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    ConnectionError,
    TimeoutError,
)


class EngineForbiddenError(TutorialError):
    """A Docker Engine runs, and this user may not talk to it."""


def connect(timeout: int = 60) -> docker.DockerClient:
    """Connect to the engine that DOCKER_HOST, the CLI's context or the default socket names.

    The same on the command line: ``docker version``, which asks the server too.
    ``docker --version`` answers without an engine and proves nothing.

    Raises
    ------
    TutorialError
        With the reason and the next step; an ``EngineForbiddenError`` where this user may not use the engine.
    """
    try:
        client = docker.from_env(timeout=timeout)
        client.ping()
    # OSError: a certificate of DOCKER_CERT_PATH is missing. ValueError: DOCKER_HOST names an impossible port.
    except (*ENGINE_ERRORS, OSError, ValueError) as error:
        raise unreachable(error) from error
    return client


def unreachable(error: BaseException) -> TutorialError:
    """Say why no engine answered, from what docker-py raised."""
    host = os.environ.get("DOCKER_HOST")
    where = host or "/var/run/docker.sock"
    if _comes_from(error, PermissionError):
        return EngineForbiddenError(
            f"A Docker Engine is there, but this user may not use {where}.",
            "Join its group, then log out and in again: sudo usermod -aG docker $USER",
        )
    if host:
        return TutorialError(
            f"No Docker Engine answers at {where}, where DOCKER_HOST points.",
            "Start that engine, or use this machine's own: unset DOCKER_HOST",
        )
    return TutorialError(f"No Docker Engine answers at {where}.", "Start one: ./tutorial start")


def _comes_from(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Tell whether an exception is of a kind, or was raised because of one; urllib3 keeps that one in its ``args``."""
    if error is None or isinstance(error, kind):
        return error is not None
    inner = [argument for argument in error.args if isinstance(argument, BaseException)]
    return any(_comes_from(one, kind) for one in (*inner, error.__cause__ or error.__context__))


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn what docker-py raises into one line and a next step, for those who pressed a button.

    Raises
    ------
    TutorialError
        In place of what docker-py or the connection to the engine raised.
    """
    try:
        yield
    except NotFound as error:
        raise TutorialError(said(error), "Is it still there? docker ps --all and docker images tell.") from error
    except APIError as error:
        raise TutorialError(said(error), "Fix that, then press the button again.") from error
    except ENGINE_ERRORS as error:
        raise unreachable(error) from error
    except (OSError, TypeError) as error:  # docker-py says TypeError where the folder to build from is gone
        raise TutorialError(f"That did not work: {error}", "Fix that, then press the button again.") from error


def said(error: APIError) -> str:
    """Give the engine's own words as one line."""
    return " ".join(str(error.explanation or error).split())
