"""What the base image is said to be, and why a pull of it fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
import requests

from tests.support.names import letters
from workbench.provision import base_image, base_pull, base_record, provenance
from workbench.provision.base_image import Base, BaseImage
from workbench.provision.base_record import CACHE, DOCKER_HUB, OURS, Served
from workbench.settings import BASE_TAG, LOOPBACK, STANDIN_LABEL, Paths

pytestmark = pytest.mark.docker
TEST_LABEL = "containers-hands-on-test"
MADE = "made for a test"


@pytest.fixture(name="image")
def fixture_image(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the base another name, under which there is nothing yet."""
    name = f"test-{letters()}"
    monkeypatch.setattr(base_image, "BASE_IMAGE", f"{name}:{BASE_TAG}")
    yield f"{name}:{BASE_TAG}"
    for image in client.api.images(filters={"label": f"{TEST_LABEL}={name}:{BASE_TAG}"}):
        client.api.remove_image(image["Id"], force=True)


def build(client: docker.DockerClient, folder: Path, name: str, labels: dict[str, str]) -> None:
    (folder / "Dockerfile").write_text(f"FROM scratch\nENV PYTHON_VERSION={BASE_TAG}\nCOPY Dockerfile /\n")
    client.images.build(path=str(folder), tag=name, labels={TEST_LABEL: name, **labels}, rm=True)


def test_a_base_is_said_to_be_missing_a_stand_in_or_official_where_that_is_known(
    paths: Paths, client: docker.DockerClient, image: str, tmp_path: Path
) -> None:
    assert base_image.describe(paths, client) == Base(BaseImage.MISSING)
    assert provenance.provenance(paths, client).endswith(f", with no {image}.")
    build(client, tmp_path, image, {})
    assert base_image.describe(paths, client) == Base(BaseImage.UNKNOWN)
    unknown = f", with {image}, which isn't known to come from Docker Hub."
    assert provenance.provenance(paths, client).endswith(unknown)
    built = str(client.images.get(image).id)
    for digest, source in (("sha256:0", DOCKER_HUB), (built, OURS)):
        base_record.record(paths, Served((digest,), "", source))
        assert provenance.provenance(paths, client).endswith(unknown)
    for source in (DOCKER_HUB, CACHE):
        base_record.record(paths, Served((built,), "", source))
        assert base_image.describe(paths, client) == Base(BaseImage.OFFICIAL, source)
        assert provenance.provenance(paths, client).endswith(f", with {image} from {source}.")
    build(client, tmp_path, image, {STANDIN_LABEL: MADE})
    assert base_image.describe(paths, client) == Base(BaseImage.STANDIN, MADE)
    assert provenance.provenance(paths, client).endswith(f", with a stand-in for {image}, {MADE}.")


def test_a_page_says_on_which_engine_it_ran(paths: Paths, client: docker.DockerClient) -> None:
    version = client.version()
    told = provenance.provenance(paths, client)
    assert told.startswith(f"Ran on Docker Engine {version['Version']} (API {version['ApiVersion']}), with ")
    assert "\n" not in told


def test_the_base_can_be_pulled_where_the_tutorial_was_started(client: docker.DockerClient) -> None:
    assert base_pull.why_not_pulled(client) == ""


def test_a_pull_that_fails_says_why(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_pull, "BASE_REPOSITORY", f"{LOOPBACK}:1/nobody/here")
    assert "connection refused" in base_pull.why_not_pulled(client)


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
    assert base_pull.why_not_pulled(client).endswith("no such host")
