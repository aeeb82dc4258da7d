"""A base image that is the user's own: looked at, never left without a name."""

from __future__ import annotations

import secrets

import docker
import pytest

from workbench.engine import ports
from workbench.lesson.session import Lesson
from workbench.provision import base_image, mirror, provenance, registries
from workbench.provision.registries import MIRROR
from workbench.settings import BASE_TAG, LOOPBACK

from . import images
from .mirrors import MADE, Started, give_registry, image_id, pull, start, take_pushes
from .second_engine import SecondEngine

pytestmark = pytest.mark.docker


def test_a_base_of_the_users_own_keeps_its_name_and_gets_a_second(
    engine: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start(engine)
    stand_in = image_id(engine, name)
    assert base_image.is_brought(engine)
    images.load(engine, name, python=b"the user's own")
    own = image_id(engine, name)
    capsys.readouterr()
    assert start(engine) == Started("", pullable=True)
    assert f"Yours keeps the name {name}-yours-1." in capsys.readouterr().out
    assert image_id(engine, name) == own
    assert not base_image.is_brought(engine)
    assert provenance.provenance(engine).endswith(f", with {name}, which isn't known to come from Docker Hub.")
    assert pull(engine, name).id == stand_in
    assert image_id(engine, f"{name}-yours-1") == own
    assert base_image.is_brought(engine)
    assert start(engine) == Started(MADE, pullable=True)
    assert capsys.readouterr().out == "", "an image that a pull gives needs no second name"


def test_a_lesson_gives_a_new_base_of_the_user_a_second_name(
    engine: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKERHUB_USERNAME", f"test{secrets.token_hex(4)}")
    start(engine)
    images.load(engine, f"{name}-yours-1", python=b"kept last week")
    images.load(engine, name, python=b"the user's own")
    capsys.readouterr()
    for _ in range(2):
        Lesson(engine).clean_up()
    assert capsys.readouterr().out.count("-yours-") == 1
    assert image_id(engine, f"{name}-yours-2") == image_id(engine, name)


def test_a_base_from_a_file_is_served_where_docker_hub_cannot(
    engine: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    images.load(engine, name)
    own = image_id(engine, name)
    assert start(engine) == Started("", pullable=True)
    assert f"serves your {name} to every user of this machine." in capsys.readouterr().out
    assert pull(engine, name).id == own
    assert engine.images.get(name).tags == [name]
    assert not base_image.is_brought(engine)


def test_an_engine_that_asks_no_mirror_is_told_how(
    second: SecondEngine, client: docker.DockerClient, name: str
) -> None:
    engine = second.start()
    give_registry(client, engine)
    for _ in range(2):
        assert start(engine) == Started(MADE, pullable=False)
    assert provenance.provenance(engine).endswith(f", with a stand-in for {name}, {MADE}.")
    engine.close()


@pytest.mark.parametrize("asks_ours", [True, False])
def test_where_docker_hub_has_the_base_the_users_own_is_looked_at_and_kept(
    second: SecondEngine,
    client: docker.DockerClient,
    name: str,
    capsys: pytest.CaptureFixture[str],
    *,
    asks_ours: bool,
) -> None:
    port = registries.port(MIRROR)
    hub = next(ports.free_ports(port + 1))
    ours = [f"http://{LOOPBACK}:{port}"] if asks_ours else []
    engine = second.start(**{"registry-mirrors": [*ours, f"http://{LOOPBACK}:{hub}"]})
    take_pushes(engine, give_registry(client, engine), hub)
    repository = f"{LOOPBACK}:{hub}/{mirror.REPOSITORY}"
    images.load(engine, f"{repository}:{BASE_TAG}", python=b"official")
    official = image_id(engine, f"{repository}:{BASE_TAG}")
    engine.images.push(repository, tag=BASE_TAG)
    engine.images.remove(f"{repository}:{BASE_TAG}")
    images.load(engine, name, python=b"the user's own")
    own = image_id(engine, name)
    capsys.readouterr()
    assert start(engine) == Started("", pullable=True)
    assert "can't serve" not in capsys.readouterr().out
    assert (image_id(engine, name), image_id(engine, f"{name}-yours-1")) == (own, own)
    engine.images.remove(name)
    assert start(engine) == Started("", pullable=True)
    assert image_id(engine, name) == official
    assert base_image.is_brought(engine)
    assert provenance.provenance(engine).endswith(f", with {name} from Docker Hub or a mirror of it.")
    assert start(engine) == Started("", pullable=True)
    assert provenance.provenance(engine).endswith(f", with {name} from Docker Hub or a mirror of it.")
    assert engine.images.get(name).tags == [name]
    assert registries.runs(engine, MIRROR) == asks_ours
    engine.close()
