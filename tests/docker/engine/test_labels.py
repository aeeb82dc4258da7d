"""A sweep removes what its session made, and nothing of another session or of the user."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import docker
import pytest
from docker.errors import NotFound
from docker.models.containers import Container

from tests.support.names import letters
from workbench.engine import labels
from workbench.settings import BASE_IMAGE, PATHS

pytestmark = pytest.mark.docker
# Always there, and started only where that matters: to start a container takes half a second.
COMMAND = ["sleep", "600"]


@dataclass(frozen=True)
class Things:
    """One thing of each kind, all of one name, with or without labels."""

    client: docker.DockerClient
    name: str
    labels: dict[str, str]

    @property
    def image(self) -> str:
        """The name of the image, as the engine gives it."""
        return f"{self.name}:latest"

    def make(self) -> None:
        """Make them all; the container is not started."""
        dockerfile = io.BytesIO(f"FROM {BASE_IMAGE}\nENV MADE_BY={self.name}\n".encode())
        self.client.images.build(fileobj=dockerfile, tag=self.image, labels=self.labels, rm=True)
        self.client.networks.create(self.name, labels=self.labels)
        self.client.volumes.create(self.name, labels=self.labels)
        self.client.containers.create(BASE_IMAGE, COMMAND, name=self.name, labels=self.labels)

    def here(self) -> list[str]:
        """List the kinds of those that are on the engine."""
        found = {
            "container": self.client.containers.list(all=True, filters={"name": self.name}),
            "image": self.client.images.list(name=self.image),
            "network": self.client.networks.list(names=[self.name]),
            "volume": self.client.volumes.list(filters={"name": self.name}),
        }
        return [kind for kind, things in found.items() if things]

    def remove(self) -> None:
        """Remove those that are there, whoever they belong to."""
        api = self.client.api
        for kind in self.here():
            if kind == "container":
                api.remove_container(self.name, force=True, v=True)
            elif kind == "image":
                api.remove_image(self.image, force=True)
            elif kind == "network":
                api.remove_network(self.name)
            else:
                api.remove_volume(self.name)


ALL = ["container", "image", "network", "volume"]


@contextmanager
def things(client: docker.DockerClient, marks: dict[str, str]) -> Iterator[Things]:
    made = Things(client, f"test-{letters()}", marks)
    try:
        made.make()
        yield made
    finally:
        made.remove()


@pytest.fixture(name="session")
def fixture_session(client: docker.DockerClient) -> Iterator[str]:
    name = f"test-{letters()}/degrees_api"
    yield name
    labels.sweep(PATHS, client, session=name)


def test_a_sweep_removes_its_session_and_nothing_else(client: docker.DockerClient, session: str) -> None:
    other = f"{session}-2"
    with things(client, labels.lesson_labels(session)) as ours, things(client, labels.lesson_labels(other)) as theirs:
        with things(client, {"keep": "me"}) as users, things(client, {}) as plain:
            expected = [f"container {ours.name}", f"image {ours.image}", f"network {ours.name}", f"volume {ours.name}"]
            assert labels.find(PATHS, client, session=session).names() == expected
            assert ours.here() == ALL
            assert labels.sweep(PATHS, client, session=session).names() == expected
            assert ours.here() == []
            assert labels.sweep(PATHS, client, session=session).names() == []
            assert [left.here() for left in (theirs, users, plain)] == [ALL, ALL, ALL]
        assert str(labels.sweep(PATHS, client, session=other)) == "Removed 1 container, 1 image, 1 network, 1 volume"


def test_a_running_container_is_removed_with_the_volume_that_only_it_has(
    client: docker.DockerClient, session: str
) -> None:
    marks = labels.lesson_labels(session)
    running = client.containers.run(BASE_IMAGE, COMMAND, detach=True, labels=marks, volumes=["/data"])
    running.reload()
    [volume] = running.attrs["Mounts"]
    name = Path(volume["Source"]).parent.name  # newer engines leave its name out
    assert labels.sweep(PATHS, client, session=session).containers == [running.name]
    assert not client.volumes.list(filters={"name": name})


def test_a_container_of_our_image_is_ours_without_a_label_of_its_own(client: docker.DockerClient, session: str) -> None:
    with things(client, labels.lesson_labels(session)) as ours:
        container = client.containers.create(ours.image, COMMAND)
        assert container.name in labels.sweep(PATHS, client, session=session).containers


def test_an_image_with_two_names_or_none_is_removed_whole(client: docker.DockerClient, session: str) -> None:
    for text in ("one", "two"):
        dockerfile = io.BytesIO(f"FROM {BASE_IMAGE}\nENV TEXT={text}-{session}\n".encode())
        client.images.build(fileobj=dockerfile, tag=f"{session}:1.0", labels=labels.lesson_labels(session), rm=True)
    client.images.get(f"{session}:1.0").tag(session, "latest")
    assert len(labels.sweep(PATHS, client, session=session).images) == 2
    assert labels.find(PATHS, client, session=session).names() == []


def test_an_image_made_from_ours_goes_with_it(client: docker.DockerClient, session: str) -> None:
    marks, names = labels.lesson_labels(session), [f"{session}:{n}.0" for n in range(5)]
    # Several, since those of one second are listed in any order.
    for base, name in zip([BASE_IMAGE, *names], names):
        dockerfile = io.BytesIO(f"FROM {base}\nENV NAME={name}\n".encode())
        client.images.build(fileobj=dockerfile, tag=name, labels=marks, rm=True)
    assert sorted(labels.sweep(PATHS, client, session=session).images) == names
    assert labels.find(PATHS, client, session=session).names() == []


@pytest.fixture(name="users_container")
def fixture_users_container(client: docker.DockerClient, session: str) -> Iterator[Container]:
    """Give a user's own container that uses our network and our volume."""
    name, marks = session.replace("/", "-"), labels.lesson_labels(session)
    client.networks.create(name, labels=marks)
    client.volumes.create(name, labels=marks)
    container = client.containers.run(BASE_IMAGE, COMMAND, detach=True, network=name, volumes=[f"{name}:/data"])
    yield container
    with suppress(NotFound):
        container.remove(force=True)


def test_what_a_users_container_still_uses_stays_until_it_does_not(
    client: docker.DockerClient, session: str, users_container: Container
) -> None:
    assert labels.sweep(PATHS, client, session=session).names() == []
    users_container.reload()
    assert users_container.status == "running"
    users_container.remove(force=True)
    assert str(labels.sweep(PATHS, client, session=session)) == "Removed 1 network, 1 volume"
