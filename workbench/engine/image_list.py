"""Ask about all images while other programs remove some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import docker
from docker.errors import NotFound

TRIES = 10  # the engine is asked again only where an image has gone in the very moment of the answer

T = TypeVar("T")


def undisturbed(ask: Callable[[], T]) -> T:
    """Ask the engine about all images, and again where one has gone meanwhile.

    With the containerd image store, an engine answers 404 where an image is removed while it looks at all of them.

    Raises
    ------
    docker.errors.NotFound
        Where that happens each time.
    """
    for _ in range(TRIES - 1):
        try:
            return ask()
        except NotFound:
            continue
    return ask()


def listed(client: docker.DockerClient, **chosen: Any) -> list[dict[str, Any]]:
    """List images as ``client.api.images`` does, which takes the same options: ``docker images``."""
    return undisturbed(lambda: list(client.api.images(**chosen)))
