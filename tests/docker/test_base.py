"""What the base image is said to be, and a mirror that serves it again after it broke."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
import requests

from workbench import base, provenance, registry
from workbench.base import Base
from workbench.registry import MIRROR
from workbench.settings import BASE_IMAGE, BASE_TAG, LOOPBACK, STANDIN_LABEL

pytestmark = pytest.mark.docker
TEST_LABEL = "containers-hands-on-test"
MADE = "made for a test"


@pytest.fixture(name="image")
def fixture_image(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the base another name, under which there is nothing yet."""
    name = f"test-{secrets.token_hex(4)}"
    monkeypatch.setattr(base, "BASE_REPOSITORY", name)
    monkeypatch.setattr(base, "BASE_IMAGE", f"{name}:{BASE_TAG}")
    yield f"{name}:{BASE_TAG}"
    for image in client.api.images(filters={"label": f"{TEST_LABEL}={name}:{BASE_TAG}"}):
        client.api.remove_image(image["Id"], force=True)


def build(client: docker.DockerClient, folder: Path, name: str, labels: dict[str, str]) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    client.images.build(path=str(folder), tag=name, labels={TEST_LABEL: name, **labels}, rm=True)


def test_a_base_that_is_missing_official_or_a_stand_in_is_said_to_be_so(
    client: docker.DockerClient, image: str, tmp_path: Path
) -> None:
    assert base.describe(client) is None
    assert provenance.provenance(client).endswith(f", with no {BASE_IMAGE}.")
    build(client, tmp_path, image, {})
    assert base.describe(client) == ""
    assert provenance.provenance(client).endswith(f", with {BASE_IMAGE} from Docker Hub.")
    build(client, tmp_path, image, {STANDIN_LABEL: MADE})
    assert base.describe(client) == MADE
    assert provenance.provenance(client).endswith(f", with a stand-in for {BASE_IMAGE}, {MADE}.")


def test_a_page_says_on_which_engine_it_ran(client: docker.DockerClient) -> None:
    version = client.version()
    told = provenance.provenance(client)
    assert told.startswith(f"Ran on Docker Engine {version['Version']} (API {version['ApiVersion']}), with ")
    assert "\n" not in told


def test_the_base_can_be_pulled_where_the_tutorial_was_started(client: docker.DockerClient) -> None:
    assert base.why_not_pulled(client) is None


def test_a_pull_that_fails_says_why(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "BASE_REPOSITORY", f"{LOOPBACK}:1/nobody/here")
    assert "connection refused" in (base.why_not_pulled(client) or "")


@pytest.fixture(name="mirror")
def fixture_mirror(
    client: docker.DockerClient, image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Give the name of the base in a mirror of its own, and let every pull go there."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    name, pull = f"{LOOPBACK}:{port}/library/{image.partition(':')[0]}", base.why_not_pulled

    def pull_from_the_mirror(client: docker.DockerClient) -> str | None:
        with monkeypatch.context() as there:
            there.setattr(base, "BASE_REPOSITORY", name)
            return pull(client)

    monkeypatch.setattr(registry, "ROOT", tmp_path)
    monkeypatch.setattr(registry, "STATE", tmp_path)
    monkeypatch.setattr(registry, "FIRST_PORT", {MIRROR: port})
    monkeypatch.setattr(base, "_has_mirror", lambda _client: True)
    monkeypatch.setattr(base, "why_not_pulled", pull_from_the_mirror)
    yield name
    registry.discard(client, MIRROR)


def spoil(client: docker.DockerClient) -> None:
    """Write nonsense over all that the mirror holds."""
    script = "find /volume -name data | while read file; do echo nonsense >$file; done"
    volume = {registry.container_name(MIRROR): {"bind": "/volume"}}
    client.containers.run(BASE_IMAGE, ["sh", "-c", script], volumes=volume, remove=True)


def test_a_mirror_serves_the_base_and_serves_it_again_after_it_broke(
    client: docker.DockerClient, image: str, mirror: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(client, tmp_path, image, {STANDIN_LABEL: MADE})
    assert base.ensure(client) == Base(MADE, pullable=True)
    assert f"Docker Hub can't serve {image} here: " in capsys.readouterr().out
    assert base.ensure(client) == Base(MADE, pullable=True)
    assert capsys.readouterr().out == ""
    spoil(client)
    assert base.ensure(client) == Base(MADE, pullable=True)
    client.images.remove(image)
    client.images.remove(f"{mirror}:{BASE_TAG}")
    assert base.why_not_pulled(client) is None


@pytest.mark.parametrize(
    "answer",
    [{"error": "no such host"}, {"errorDetail": {"message": "no such host"}}, requests.ReadTimeout("no such host")],
    ids=["older", "newer", "silent"],
)
def test_a_pull_fails_in_the_words_of_engines_old_and_new_and_by_silence(
    client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    def pull(_api: object, *_arguments: object, **_options: object) -> Iterator[Any]:
        if isinstance(answer, Exception):
            raise answer
        yield answer

    monkeypatch.setattr(docker.APIClient, "pull", pull)
    assert (base.why_not_pulled(client) or "").endswith("no such host")
