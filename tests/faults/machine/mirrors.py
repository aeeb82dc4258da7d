"""A checkout of its own with a base image of its own name, for an engine that asks our mirror."""

from __future__ import annotations

from typing import NamedTuple

import docker
import pytest
import requests
from docker.models.images import Image

from tests.support.names import letters
from tests.support.waiting import wait_until
from workbench.engine import ports
from workbench.provision import base_image, base_pull, mirror, registries, registry_image, standin_image
from workbench.provision.base_image import BaseImage
from workbench.provision.registries import MIRROR
from workbench.settings import BASE_TAG, LOOPBACK, STANDIN_LABEL, Paths

from . import images

MADE = "made for a test"


def rename_base(port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the base a name that Docker Hub doesn't have."""
    repository = f"test-{letters()}"
    name = f"{repository}:{BASE_TAG}"
    for module in (base_image, base_pull, mirror):
        monkeypatch.setattr(module, "BASE_IMAGE", name)
    for module in (base_image, base_pull):
        monkeypatch.setattr(module, "BASE_REPOSITORY", repository)
    monkeypatch.setattr(mirror, "REPOSITORY", f"library/{repository}")
    monkeypatch.setattr(registries, "FIRST_PORT", {MIRROR: port})

    def make_stand_in(_paths: Paths, client: docker.DockerClient, *, yes: bool) -> None:
        assert yes
        images.load(client, name, labels={STANDIN_LABEL: MADE})

    monkeypatch.setattr(standin_image, "build", make_stand_in)
    return name


def give_registry(client: docker.DockerClient, engine: docker.DockerClient) -> str:
    image = registry_image.ensure(client)
    engine.images.load(b"".join(client.images.get(image).save(named=True)))
    return image


def empty(engine: docker.DockerClient) -> None:
    """Remove all that an engine has, but for the image that registries run from."""
    for container in engine.containers.list(all=True):
        container.remove(force=True, v=True)
    for volume in engine.volumes.list():
        volume.remove(force=True)
    kept = registry_image.ensure(engine)
    for image in engine.images.list():
        if kept not in image.tags:
            engine.images.remove(str(image.id), force=True)


def fill(paths: Paths, client: docker.DockerClient, name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put an image of this engine into the mirror, under its own name; return the mirror's address."""
    repository, _, tag = name.partition(":")
    for fact, value in {"BASE_IMAGE": name, "REPOSITORY": repository, "BASE_TAG": tag}.items():
        monkeypatch.setattr(mirror, fact, value)
    mirror.fill(paths, client)
    return f"{LOOPBACK}:{registries.port(paths, MIRROR)}"


class Started(NamedTuple):
    """What `start` has made sure of: the label of a stand-in, and whether the base can be pulled."""

    standin: str
    pullable: bool


def start(paths: Paths, engine: docker.DockerClient) -> Started:
    pullable = base_image.ensure(paths, engine, yes=True)
    base = base_image.describe(paths, engine)
    return Started(base.origin if base.kind is BaseImage.STANDIN else "", pullable)


def pull(engine: docker.DockerClient, name: str) -> Image:
    """Pull an image as chapter 02 does."""
    return engine.images.pull(name.partition(":")[0], tag=BASE_TAG)


def image_id(engine: docker.DockerClient, name: str) -> str:
    return str(engine.images.get(name).id)


def catalog(port: int) -> list[str]:
    return list(ports.http_get(f"http://{LOOPBACK}:{port}/v2/_catalog", timeout=5).json()["repositories"])


def take_pushes(engine: docker.DockerClient, image: str, port: int, **options: object) -> None:
    """Run a registry that takes everybody's pushes."""
    engine.containers.run(image, ports={"5000/tcp": (LOOPBACK, port)}, detach=True, **options)  # type: ignore[call-overload]
    wait_until(lambda: answers(port))


def answers(port: int) -> bool:
    try:
        return ports.http_get(f"http://{LOOPBACK}:{port}/v2/", timeout=5).ok
    except requests.RequestException:
        return False
