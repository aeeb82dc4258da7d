"""Two checkouts on one engine, with registries that serve: what `clean --all` takes in one, and leaves to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest

from workbench.engine import labels
from workbench.provision import base_image, cleanup, registries, registry_image
from workbench.provision.registries import MIRROR, PUSH
from workbench.settings import BASE_IMAGE, LESSON, LOOPBACK, PATHS, SERVICE, STANDIN_LABEL, Paths

from . import images
from .second_engine import SecondEngine

pytestmark = pytest.mark.docker


@contextmanager
def checkout(folder: Path, port: int) -> Iterator[Paths]:
    """Be in a checkout, whose registries have ports from this one on."""
    paths = Paths(folder)
    paths.state.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registries, "FIRST_PORT", {MIRROR: port, PUSH: port})
        yield paths


def clean_all(paths: Paths) -> None:
    assert cleanup.clean(paths, everything=True, yes=True) == 0


def test_each_loses_its_own_and_what_both_use_goes_with_the_last(
    second: SecondEngine, client: docker.DockerClient, port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    engine = second.start(**{"registry-mirrors": [f"http://{LOOPBACK}:{port}"]})
    image = registry_image.ensure(client)
    engine.images.load(b"".join(client.images.get(image).save(named=True)))
    images.load(engine, BASE_IMAGE, labels={STANDIN_LABEL: "made for a test"})
    with checkout(one, port) as paths:
        base_image.brought(paths).write_text(str(engine.images.get(BASE_IMAGE).id))
        registries.ensure(paths, engine, MIRROR)
        registries.ensure(paths, engine, PUSH)
    with checkout(two, port) as paths:
        registries.ensure(paths, engine, PUSH)
        theirs = registries.container_name(paths, PUSH)

    with checkout(one, port) as paths:
        clean_all(paths)
        mirror = registries.container_name(paths, MIRROR)
        assert registries.answers(paths, MIRROR)
    said = capsys.readouterr().out
    assert f"What they have here:\n  container {theirs}\n  volume {theirs}\n" in said
    assert all(f"  {name}\n" in said for name in (f"container {mirror}", f"image {image}", f"image {BASE_IMAGE}"))
    left = labels.find(PATHS, engine, SERVICE)
    assert sorted(left.containers) == sorted(left.volumes) == sorted([mirror, theirs])
    with checkout(two, port) as paths:
        assert registries.answers(paths, PUSH)
        clean_all(paths)
    assert labels.find(PATHS, engine, SERVICE).names() == [f"container {mirror}", f"image {image}", f"volume {mirror}"]
    assert engine.images.get(BASE_IMAGE)
    with checkout(one, port) as paths:
        clean_all(paths)
    assert [labels.find(PATHS, engine, kind).names() for kind in (LESSON, SERVICE)] == [[], []]
    assert engine.images.list() == []
    engine.close()
