"""The image of the local registries, where Debian's package can't be had: Docker Hub's, if it is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.support.names import letters
from workbench.errors import TutorialError
from workbench.provision import registry_image

pytestmark = pytest.mark.docker


@pytest.fixture(name="official", autouse=True)
def fixture_official(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the official image a name that no registry has, and take ours and Debian's package away."""

    def no_package(_client: docker.DockerClient) -> str:
        raise FileNotFoundError("apt-get")

    name = f"test-{letters()}:2"
    monkeypatch.setattr(registry_image, "OURS", f"test-{letters()}:2")
    monkeypatch.setattr(registry_image, "OFFICIAL", name)
    monkeypatch.setattr(registry_image, "_build", no_package)
    yield name
    for image in client.images.list(name):
        client.images.remove(image.tags[0])


def build(client: docker.DockerClient, folder: Path, name: str, *lines: str) -> None:
    (folder / "Dockerfile").write_text("\n".join(["FROM scratch", f"LABEL test={name}", *lines, ""]))
    client.images.build(path=str(folder), tag=name, rm=True)


def test_an_image_that_starts_a_registry_is_used(client: docker.DockerClient, official: str, tmp_path: Path) -> None:
    registry = ('ENTRYPOINT ["/entrypoint.sh"]', 'CMD ["/etc/docker/registry/config.yml"]', "EXPOSE 5000")
    build(client, tmp_path, official, *registry)
    assert registry_image.ensure(client) == official


@pytest.mark.parametrize("lines", [(), ('CMD ["/etc/app/config.yml"]',), ('CMD ["/bin/registry"]', "EXPOSE 5000")])
def test_an_image_of_that_name_that_is_something_else_is_named_and_not_started(
    client: docker.DockerClient, official: str, tmp_path: Path, lines: tuple[str, ...]
) -> None:
    build(client, tmp_path, official, *lines)
    with pytest.raises(
        TutorialError, match=f"the image {official}, and the image of that name here isn't Docker Hub's"
    ):
        registry_image.ensure(client)


def test_where_none_can_be_had_both_reasons_are_told(client: docker.DockerClient) -> None:
    with pytest.raises(
        TutorialError, match=r"Debian's package is not to be had \(apt-get\), nor is Docker Hub's image"
    ):
        registry_image.ensure(client)
