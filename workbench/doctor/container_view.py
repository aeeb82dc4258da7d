"""One container that looks at the network, the disk and the Python from inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, ImageNotFound

from workbench.doctor import network_view
from workbench.errors import TutorialError

SCRIPT = Path(network_view.__file__)


class NoPythonError(TutorialError):
    """The image is here, and its Python does not run."""


@dataclass(frozen=True)
class Inside:
    """What a container of the base image saw.

    Attributes
    ----------
    python : str
        Version of the image's Python.
    free : int
        Bytes that are free on the disk of the engine.
    network : dict
        As ``vantage.look`` returns it.
    """

    python: str
    free: int
    network: dict[str, Any]


def look(client: docker.DockerClient, image: str, address: str, options: Mapping[str, Any]) -> Inside:
    """Start a container, let it look, remove it.

    The same on the command line: ``docker run --rm --entrypoint python IMAGE -c SCRIPT ADDRESS``.

    Parameters
    ----------
    client : docker.DockerClient
    image : str
        It must be here: nothing is pulled.
    address : str
        What to ask for.
    options : mapping
        More arguments of ``containers.create``.

    Raises
    ------
    TutorialError
        Where the image isn't here; ``NoPythonError`` where it is and its Python does not run.
    """
    script = ["-c", SCRIPT.read_text(encoding="utf-8"), address]
    try:
        container = client.containers.create(image, script, entrypoint="python", **options)
    except ImageNotFound:
        raise TutorialError(f"{image} is not on this engine.", "./tutorial start") from None
    try:
        container.start()
        code = container.wait()["StatusCode"]
        told = container.logs().decode(errors="replace").strip()
    except APIError as error:
        raise _no_python(image, str(error.explanation)) from error
    finally:
        container.remove(force=True)
    if code:
        raise _no_python(image, told)
    return Inside(**json.loads(told.splitlines()[-1]))


def _no_python(image: str, told: str) -> NoPythonError:
    last = told.splitlines()[-1] if told else "it said nothing"
    return NoPythonError(f"The Python of {image} does not run: {last}", f"docker pull {image}")
