"""The mirror beside another user of the machine, and after its files broke."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import docker
import pytest
from docker.errors import ImageNotFound

from tests.support.waiting import wait_until
from workbench.engine import labels
from workbench.errors import TutorialError
from workbench.lesson.session import Lesson
from workbench.provision import base_pull, base_record, mirror, registries, registry_image
from workbench.provision.base_record import OURS, Served
from workbench.provision.registries import MIRROR
from workbench.settings import LABEL, LOOPBACK, Paths

from . import images
from .mirrors import MADE, Started, answers, catalog, image_id, pull, start, take_pushes
from .second_engine import SecondEngine
from .stranger import another_program, overwritten

pytestmark = pytest.mark.docker


def test_the_mirror_takes_no_image_of_another_user(
    paths: Paths, engine: docker.DockerClient, name: str, port: int
) -> None:
    assert start(paths, engine) == Started(MADE, pullable=True)
    made = image_id(engine, name)
    assert overwritten(f"{LOOPBACK}:{port}") == {405}
    assert catalog(port) == [mirror.REPOSITORY]
    engine.images.remove(name)
    assert pull(engine, name).id == made


def test_a_mirror_that_took_everybodys_images_is_emptied(
    paths: Paths, engine: docker.DockerClient, client: docker.DockerClient, name: str, port: int
) -> None:
    container = registries.container_name(paths, MIRROR)
    marks = {**labels.service_labels(), f"{LABEL}.login": "none"}
    engine.volumes.create(container, labels=labels.service_labels())
    volumes = {container: {"bind": "/var/lib/registry"}}
    image = registry_image.ensure(client)
    registries.port(paths, MIRROR)
    take_pushes(engine, image, port, name=container, labels=marks, volumes=volumes)
    assert 201 in overwritten(f"{LOOPBACK}:{port}")
    images.load(engine, f"{LOOPBACK}:{port}/library/planted:1")
    engine.images.push(f"{LOOPBACK}:{port}/library/planted:1")
    assert "library/planted" in catalog(port)
    assert start(paths, engine) == Started(MADE, pullable=True)
    assert catalog(port) == [mirror.REPOSITORY]
    engine.images.remove(name)
    assert start(paths, engine) == Started(MADE, pullable=True)


def test_while_the_mirror_is_filled_it_wants_a_login(
    paths: Paths, engine: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, push = [], mirror._push  # noqa: SLF001

    def push_beside_a_stranger(client: docker.DockerClient, name: str, target: registries.PushTarget) -> None:
        seen.append(overwritten(target.address))
        push(client, name, target)

    monkeypatch.setattr(mirror, "_push", push_beside_a_stranger)
    assert start(paths, engine).pullable
    assert seen == [{401}]


def test_a_fill_that_was_killed_leaves_nothing_in_the_way(paths: Paths, engine: docker.DockerClient, port: int) -> None:
    name = registries.container_name(paths, mirror.FILLING)
    volume = registries.volume(paths, engine, MIRROR)
    engine.containers.create(registry_image.ensure(engine), name=name, volumes={volume: {"bind": "/var/lib/registry"}})
    assert start(paths, engine) == Started(MADE, pullable=True)
    assert catalog(port) == [mirror.REPOSITORY]
    assert [container.name for container in engine.containers.list(all=True)] == [
        registries.container_name(paths, MIRROR)
    ]


def test_another_program_on_the_mirrors_port_is_named_before_anything_is_pulled(
    paths: Paths, engine: docker.DockerClient, name: str, port: int
) -> None:
    start(paths, engine)
    engine.containers.get(registries.container_name(paths, MIRROR)).stop(timeout=0)
    engine.images.remove(name)
    with another_program(port):
        for step in (partial(start, paths), partial(Lesson, paths=paths)):
            with pytest.raises(TutorialError, match=rf"{port} for images, and process python3.* \(pid \d+\) answers"):
                step(engine)
    assert start(paths, engine) == Started(MADE, pullable=True)


def test_a_pulled_image_that_is_another_one_loses_the_name(
    paths: Paths, engine: docker.DockerClient, name: str
) -> None:
    start(paths, engine)
    known = base_record.recorded(paths)
    assert known is not None
    engine.images.remove(name)
    for other in (Served(("sha256:0",), MADE, OURS), Served(known.digests, "another label", OURS)):
        with pytest.raises(TutorialError, match="which isn't what"):
            base_pull.pull(paths, engine, other)
        with pytest.raises(ImageNotFound):
            engine.images.get(name)
    assert base_pull.pull(paths, engine, known) == ""


def test_an_engine_that_is_offered_another_image_is_not_started_with(
    paths: Paths, engine: docker.DockerClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(paths, engine)
    made = image_id(engine, name)
    monkeypatch.setattr(mirror, "kept", lambda _paths, _client: Served(("sha256:0", made), MADE, OURS))
    with pytest.raises(TutorialError, match="which isn't what"):
        start(paths, engine)


def test_the_mirror_comes_back_with_the_engine(
    paths: Paths, engine: docker.DockerClient, asking: SecondEngine, port: int
) -> None:
    start(paths, engine)
    asking.stop()
    assert not answers(port)
    asking.start(**{"registry-mirrors": [f"http://{LOOPBACK}:{port}"]}).close()
    wait_until(lambda: answers(port))
    assert catalog(port) == [mirror.REPOSITORY]


def test_a_mirror_whose_files_broke_is_filled_again(
    paths: Paths, engine: docker.DockerClient, name: str, port: int
) -> None:
    start(paths, engine)
    made = image_id(engine, name)
    volume = engine.volumes.get(registries.container_name(paths, MIRROR)).attrs["Mountpoint"]
    for data in Path(volume).rglob("data"):
        data.write_text("nonsense")
    assert start(paths, engine) == Started(MADE, pullable=True)
    engine.images.remove(name)
    assert pull(engine, name).id == made
    assert catalog(port) == [mirror.REPOSITORY]
