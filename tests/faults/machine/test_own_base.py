"""A base image that is the user's own: looked at, never left without a name."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from tests.support.names import letters
from workbench.engine import ports
from workbench.lesson.session import Lesson
from workbench.provision import base_image, mirror, provenance, registries
from workbench.provision.registries import MIRROR
from workbench.settings import BASE_TAG, LOOPBACK, Paths

from . import images
from .mirrors import MADE, Started, give_registry, image_id, pull, start, take_pushes
from .second_engine import SecondEngine

pytestmark = pytest.mark.docker


def test_a_base_of_the_users_own_keeps_its_name_and_gets_a_second(
    paths: Paths, engine: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start(paths, engine)
    stand_in = image_id(engine, name)
    assert base_image.is_brought(paths, engine)
    images.load(engine, name, python=b"the user's own")
    own = image_id(engine, name)
    capsys.readouterr()
    assert start(paths, engine) == Started("", pullable=True)
    assert f"Yours keeps the name {name}-yours-1." in capsys.readouterr().out
    assert image_id(engine, name) == own
    assert not base_image.is_brought(paths, engine)
    assert provenance.provenance(paths, engine).endswith(f", with {name}, which isn't known to come from Docker Hub.")
    assert pull(engine, name).id == stand_in
    assert image_id(engine, f"{name}-yours-1") == own
    assert base_image.is_brought(paths, engine)
    assert start(paths, engine) == Started(MADE, pullable=True)
    assert capsys.readouterr().out == "", "an image that a pull gives needs no second name"


def test_a_lesson_gives_a_new_base_of_the_user_a_second_name(
    paths: Paths,
    engine: docker.DockerClient,
    name: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKERHUB_USERNAME", f"test{letters()}")
    start(paths, engine)
    images.load(engine, f"{name}-yours-1", python=b"kept last week")
    images.load(engine, name, python=b"the user's own")
    capsys.readouterr()
    for _ in range(2):
        Lesson(engine, paths=paths).clean_up()
    assert capsys.readouterr().out.count("-yours-") == 1
    assert image_id(engine, f"{name}-yours-2") == image_id(engine, name)


def test_a_base_from_a_file_is_served_where_docker_hub_cannot(
    paths: Paths, engine: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    images.load(engine, name)
    own = image_id(engine, name)
    assert start(paths, engine) == Started("", pullable=True)
    assert f"serves your {name} to every user of this machine." in capsys.readouterr().out
    assert pull(engine, name).id == own
    assert engine.images.get(name).tags == [name]
    assert not base_image.is_brought(paths, engine)


def test_an_engine_that_asks_no_mirror_is_told_how(
    paths: Paths, second: SecondEngine, client: docker.DockerClient, name: str
) -> None:
    engine = second.start()
    give_registry(client, engine)
    for _ in range(2):
        assert start(paths, engine) == Started(MADE, pullable=False)
    assert provenance.provenance(paths, engine).endswith(f", with a stand-in for {name}, {MADE}.")
    engine.close()


@pytest.fixture(name="offered", params=[True, False], ids=["asks ours too", "asks the hub alone"])
def fixture_offered(
    paths: Paths, second: SecondEngine, client: docker.DockerClient, name: str, request: pytest.FixtureRequest
) -> Iterator[tuple[docker.DockerClient, str]]:
    """Give an engine that asks a hub, and maybe our mirror before it; and the ID of the base that the hub has."""
    assert name
    port = registries.port(paths, MIRROR)
    hub = next(ports.free_ports(port + 1))
    ours = [f"http://{LOOPBACK}:{port}"] if request.param else []
    engine = second.start(**{"registry-mirrors": [*ours, f"http://{LOOPBACK}:{hub}"]})
    take_pushes(engine, give_registry(client, engine), hub)
    repository = f"{LOOPBACK}:{hub}/{mirror.REPOSITORY}"
    images.load(engine, f"{repository}:{BASE_TAG}", python=b"official")
    official = image_id(engine, f"{repository}:{BASE_TAG}")
    engine.images.push(repository, tag=BASE_TAG)
    engine.images.remove(f"{repository}:{BASE_TAG}")
    yield engine, official
    assert registries.runs(paths, engine, MIRROR) == request.param
    engine.close()


def test_where_docker_hub_has_the_base_the_users_own_is_looked_at_and_kept(
    paths: Paths, name: str, offered: tuple[docker.DockerClient, str], capsys: pytest.CaptureFixture[str]
) -> None:
    engine, official = offered
    images.load(engine, name, python=b"the user's own")
    own = image_id(engine, name)
    capsys.readouterr()
    assert start(paths, engine) == Started("", pullable=True)
    assert "can't serve" not in capsys.readouterr().out
    assert (image_id(engine, name), image_id(engine, f"{name}-yours-1")) == (own, own)
    engine.images.remove(name)
    assert start(paths, engine) == Started("", pullable=True)
    assert image_id(engine, name) == official
    assert base_image.is_brought(paths, engine)
    assert provenance.provenance(paths, engine).endswith(f", with {name} from Docker Hub or a mirror of it.")
    assert start(paths, engine) == Started("", pullable=True)
    assert provenance.provenance(paths, engine).endswith(f", with {name} from Docker Hub or a mirror of it.")
    assert engine.images.get(name).tags == [name]
