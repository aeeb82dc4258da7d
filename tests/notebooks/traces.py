"""What the console blocks of a page leave on an engine that others use at the same time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import docker
from docker.errors import APIError, NotFound

BUILT = re.compile(r"Successfully built ([0-9a-f]{12})")


class Traces:
    """Finds and removes what one run of a page has made, and nothing else.

    Parameters
    ----------
    client : docker.DockerClient
    mark : str
        Unique to the run. It is part of the names of its images, and its CLI puts it into the
        environment of each container that it makes (see ``cli_settings``).
    """

    def __init__(self, client: docker.DockerClient, mark: str) -> None:
        self._client = client
        self.mark = mark
        self._images: set[str] = set()
        self._strangers = {image["Id"] for image in client.api.images(all=True)}
        self._old = {container["Id"] for container in client.api.containers(all=True)}

    def cli_settings(self) -> dict[str, Any]:
        """Give the CLI settings with which it marks each container that it makes.

        A CLI hands its proxy settings on to its containers. Hosts that no proxy is asked for change
        nothing where there is no proxy, so their list can carry the mark.
        https://docs.docker.com/engine/cli/proxy/
        """
        return {"proxies": {"default": {"noProxy": self.mark}}}

    def notice(self, output: str) -> None:
        """Remember the images that are there now: a later build may take their names away."""
        self._images |= {image["Id"] for image in self._named()}
        for short in BUILT.findall(output):
            try:
                self._images.add(self._client.images.get(short).id or "")
            except NotFound:  # removed already
                continue

    def containers(self) -> list[str]:
        """Name the containers that are left."""
        return [container["Name"].lstrip("/") for container in self._containers()]

    def images(self) -> list[str]:
        """Name the images that are left, those without a name by their id."""
        return [tag for image in self._named() for tag in self._tags(image)] + self._nameless()

    def remove(self) -> None:
        """Remove all of it."""
        self.notice("")
        for container in self._containers():
            _try(self._client.api.remove_container, container["Id"], force=True, v=True)
        for _ in range(2):  # some lose their last name in the first round
            for name in self.images():
                _try(self._client.api.remove_image, name)

    def _containers(self) -> Iterator[Any]:
        for listed in self._client.api.containers(all=True):
            if listed["Id"] in self._old:
                continue
            try:
                found = self._client.api.inspect_container(listed["Id"])
            except NotFound:  # somebody else's, and gone
                continue
            if f"NO_PROXY={self.mark}" in (found["Config"]["Env"] or []):
                yield found

    def _named(self) -> list[Any]:
        return [image for image in self._client.api.images() if self._tags(image)]

    def _tags(self, image: Any) -> list[str]:
        names = [*(image["RepoTags"] or []), *(image["RepoDigests"] or [])]
        return [name for name in names if self.mark in name and "<none>" not in name]

    def _nameless(self) -> list[str]:
        """List our images without a name that nothing else is built on."""
        dangling = {image["Id"] for image in self._client.api.images(filters={"dangling": True})}
        return sorted((self._images - self._strangers) & dangling)


def _try(remove: Callable[..., object], name: str, **options: bool) -> None:
    try:
        remove(name, **options)
    except APIError:  # gone already, or still used: what stays is found by the comparison at the end
        return
