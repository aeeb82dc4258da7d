"""The base image: Docker Hub's where that works, else a stand-in served by our own mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import APIError, ImageNotFound
from requests import RequestException
from urllib3.exceptions import HTTPError

from workbench import registry, standin
from workbench.errors import TutorialError
from workbench.settings import (
    BASE_IMAGE,
    BASE_REPOSITORY,
    BASE_TAG,
    LOOPBACK,
    STANDIN_LABEL,
    STATE,
)
from workbench.text import say

PULLED = STATE / "base.pulled"  # there when we pulled the base, so that `clean --all` may remove it


@dataclass(frozen=True)
class Base:
    """What ``python:3.8.10`` is on this engine.

    Attributes
    ----------
    standin : str
        What the stand-in says of itself; empty for the official image.
    pullable : bool
        Whether ``docker pull python:3.8.10`` works here, unchanged.
    """

    standin: str
    pullable: bool


def ensure(client: docker.DockerClient, yes: bool = False) -> Base:
    """Make sure that ``python:3.8.10`` is on this engine and, where possible, can be pulled.

    Parameters
    ----------
    client : docker.DockerClient
    yes : bool
        Install system packages that a stand-in needs without asking.
    """
    here = describe(client)
    if _has_mirror(client):
        registry.ensure(client, registry.MIRROR)
    reason = why_not_pulled(client)
    if not reason:
        if here is None:
            PULLED.touch()
        return Base(describe(client) or "", pullable=True)
    say(f"Docker Hub can't serve {BASE_IMAGE} here: {reason}")
    if here is None:
        say("Making a stand-in for it on this machine; this takes about a minute.")
        standin.build(client, yes=yes)
    if _has_mirror(client):
        # It was asked, in vain. A push would reuse what it holds, broken layers too.
        registry.discard(client, registry.MIRROR)
    _serve_from_mirror(client)
    return Base(describe(client) or "", pullable=why_not_pulled(client) is None)


def describe(client: docker.DockerClient, image: str = "") -> str | None:
    """Say what the base is: None where it isn't here, empty for the official image, else the stand-in's label."""
    try:
        labels: dict[str, str] = client.images.get(image or BASE_IMAGE).labels
    except ImageNotFound:
        return None
    return labels.get(STANDIN_LABEL, "")


def how_to_pull() -> str:
    """Say how an engine that has no mirror, and cannot reach Docker Hub, is given ours."""
    mirror = f"http://{LOOPBACK}:{registry.port(registry.MIRROR)}"
    return (
        f"{BASE_IMAGE} is on this engine, but `docker pull {BASE_IMAGE}` fails: the engine was running "
        "before us and asks no mirror. Everything else works. To let it pull, add\n"
        f'  "registry-mirrors": ["{mirror}"]\n'
        "to /etc/docker/daemon.json, then reload its settings: sudo kill -HUP $(pidof dockerd)"
    )


def _has_mirror(client: docker.DockerClient) -> bool:
    url = f"http://{LOOPBACK}:{registry.port(registry.MIRROR)}/"
    return url in client.info()["RegistryConfig"].get("Mirrors", [])


def why_not_pulled(client: docker.DockerClient) -> str | None:
    """Pull the base; return why that failed, or None where it worked."""
    try:
        # Not images.pull, which overlooks an error in the middle of the stream where an older image is here.
        for event in client.api.pull(BASE_REPOSITORY, tag=BASE_TAG, stream=True, decode=True):
            if problem := _problem(event):
                return problem
    except APIError as error:
        return str(error.explanation or error)
    except (RequestException, HTTPError) as error:  # an engine that waits for an answer longer than we for its own
        return f"the engine did not answer: {error}"
    return None


def _problem(event: dict[str, Any]) -> str:
    """Give the error that an event carries, if any; newer engines give it in one place, older ones in two."""
    return str((event.get("errorDetail") or {}).get("message") or event.get("error") or "").strip()


def _serve_from_mirror(client: docker.DockerClient) -> None:
    """Put the base into our mirror, under the name that the engine will ask for."""
    port = registry.ensure(client, registry.MIRROR)
    name = f"{LOOPBACK}:{port}/library/{BASE_REPOSITORY}"
    client.images.get(BASE_IMAGE).tag(name, BASE_TAG)
    try:
        for event in client.api.push(name, tag=BASE_TAG, stream=True, decode=True):
            if problem := _problem(event):
                mirror = registry.container_name(registry.MIRROR)
                raise TutorialError(
                    f"The local mirror refused {BASE_IMAGE}: {problem}",
                    f"Empty it and start again: docker rm -f {mirror} && docker volume rm {mirror}",
                )
    finally:
        client.images.remove(f"{name}:{BASE_TAG}")
