"""What the faults of the machine share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import docker
import pytest
from docker.errors import NotFound

from workbench.engine.client import connect
from workbench.provision import registries
from workbench.provision.registries import MIRROR, PUSH
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS, Paths

from .mirrors import empty, give_registry, rename_base
from .second_engine import SecondEngine, second_engine


@pytest.fixture(name="second")
def fixture_second(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecondEngine]:
    """Give a second engine, not yet started, on a small disk; it is the test's to break."""
    monkeypatch.setenv("DOCKER_HOST", "")  # remembers what it was
    with second_engine() as second:
        yield second


@pytest.fixture(name="of_the_module", scope="module")
def fixture_of_the_module() -> Iterator[SecondEngine]:
    """Lay out a second engine that the tests of a module share."""
    with second_engine() as second:
        yield second


@pytest.fixture(name="port", scope="module")
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


@pytest.fixture(name="stocked", scope="module")
def fixture_stocked(of_the_module: SecondEngine, client: docker.DockerClient) -> SecondEngine:
    """Give the module's engine the base image, and stop it: each test starts it with settings of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", "")
        engine = of_the_module.start()
        engine.images.load(b"".join(client.images.get(BASE_IMAGE).save(named=True)))
        engine.close()
        of_the_module.stop()
    return of_the_module


@pytest.fixture(name="second_with_base")
def fixture_second_with_base(stocked: SecondEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecondEngine]:
    """Give a second engine, not yet started, that has the base image; tests leave its images as they are."""
    monkeypatch.setenv("DOCKER_HOST", "")
    yield stocked
    stocked.stop()
    stocked.close_way_out()


@pytest.fixture(name="asking", scope="module")
def fixture_asking(of_the_module: SecondEngine, client: docker.DockerClient, port: int) -> SecondEngine:
    """Start the module's engine so that it asks our mirror, with the image that registries run from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", "")
        engine = of_the_module.start(**{"registry-mirrors": [f"http://{LOOPBACK}:{port}"]})
        give_registry(client, engine)
        engine.close()
    return of_the_module


@pytest.fixture(name="engine")
def fixture_engine(asking: SecondEngine, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[docker.DockerClient]:
    """Give an engine that asks our mirror; what a test makes on it goes, but for the image that registries run from."""
    assert name
    monkeypatch.setenv("DOCKER_HOST", asking.address)
    engine = connect()
    yield engine
    empty(engine)
    engine.close()
