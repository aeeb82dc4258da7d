"""What the faults of the machine share."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import docker
import pytest
from docker.errors import NotFound

from workbench.provision import registries
from workbench.provision.registries import MIRROR, PUSH
from workbench.settings import LOOPBACK, PATHS, Paths

from .mirrors import give_registry, rename_base
from .second_engine import SecondEngine, second_engine


@pytest.fixture(name="second")
def fixture_second(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecondEngine]:
    """Give a second engine, not yet started, on a small disk; ``DOCKER_HOST`` leads to it."""
    if os.geteuid() != 0:
        pytest.skip("mounts a disk and starts an engine of its own, which takes root")
    with second_engine(monkeypatch) as second:
        yield second


@pytest.fixture(name="port")
def fixture_port() -> int:
    """Find a port that nobody has."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(name="state")
def fixture_state(
    paths: Paths, client: docker.DockerClient, port: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Give a checkout of its own, whose registries have names, ports and a password of their own."""
    paths.state.mkdir()
    (paths.root / "app").symlink_to(PATHS.app)
    monkeypatch.setattr(registries, "FIRST_PORT", {MIRROR: port, PUSH: port})
    yield paths.state
    for kind in (MIRROR, PUSH):
        with suppress(NotFound):
            client.containers.get(registries.container_name(paths, kind)).remove(force=True)
        with suppress(NotFound):
            client.volumes.get(registries.container_name(paths, kind)).remove()


@pytest.fixture(name="name")
def fixture_name(paths: Paths, port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the base a name that Docker Hub doesn't have, in a checkout of its own."""
    paths.state.mkdir()
    return rename_base(port, monkeypatch)


@pytest.fixture(name="engine")
def fixture_engine(
    second: SecondEngine, client: docker.DockerClient, name: str, port: int
) -> Iterator[docker.DockerClient]:
    """Give an engine of its own that asks our mirror, with the image that registries run from."""
    assert name
    engine = second.start(**{"registry-mirrors": [f"http://{LOOPBACK}:{port}"]})
    give_registry(client, engine)
    yield engine
    engine.close()
