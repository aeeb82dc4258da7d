"""What builds leave without a label is found, and nothing else is taken for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import docker
import pytest
from docker.errors import BuildError, ImageNotFound
from docker.models.containers import Container
from docker.models.images import Image

from tests.support.names import letters
from tests.support.waiting import wait_until
from workbench.engine import build_steps, image_list, labels
from workbench.engine import client as engine
from workbench.lesson.session import Lesson
from workbench.settings import BASE_IMAGE, LESSON, PATHS, Paths

pytestmark = pytest.mark.docker


@pytest.fixture(name="user", autouse=True)
def fixture_user(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a name that no other user has, and a folder for the notes of its builds."""
    name = f"test{letters()}"
    monkeypatch.setenv("DOCKERHUB_USERNAME", name)
    paths.state.mkdir()
    (paths.state / "base.json").symlink_to(PATHS.state / "base.json")  # what a pull of the base gives here
    return name


@pytest.fixture(name="own")
def fixture_own(user: str) -> Iterator[docker.DockerClient]:
    """Give a client of the test's own, since a lesson reads along what it builds; remove what was built."""
    own = engine.connect()
    yield own
    remove(own, user)
    own.close()


@pytest.fixture(name="lesson")
def fixture_lesson(paths: Paths, own: docker.DockerClient) -> Iterator[Lesson]:
    lesson = Lesson(own, paths=paths)
    yield lesson
    with suppress(OSError):
        lesson.clean_up()


def build(client: docker.DockerClient, mark: str, *lines: str, **options: Any) -> None:
    """Build an image whose steps no other build has in the cache."""
    dockerfile = "\n".join([f"FROM {BASE_IMAGE}", f"ENV MARK={mark}", *lines, ""])
    client.images.build(fileobj=io.BytesIO(dockerfile.encode()), **options)


def left_by(client: docker.DockerClient, mark: str) -> set[str]:
    """List the containers and images that builds with this mark made."""
    containers = client.containers.list(all=True, ignore_removed=True)
    made = [one for one in containers if is_marked(one, mark)]
    return {str(one.id) for one in [*made, *images_of(client, mark)]}


def images_of(client: docker.DockerClient, mark: str) -> list[Image]:
    found = []
    for listed in image_list.listed(client, all=True):
        with suppress(ImageNotFound):  # one of another test, which is removed meanwhile
            found.append(client.images.get(listed["Id"]))
    return [image for image in found if f"MARK={mark}" in (image.attrs["Config"]["Env"] or [])]


def is_marked(container: Container, mark: str) -> bool:
    config = container.attrs["Config"]
    return any(mark in word for word in [*config["Env"], *(config["Cmd"] or [])])


def fails(client: docker.DockerClient, mark: str, **options: Any) -> None:
    """Build what fails in its third step."""
    with pytest.raises(BuildError, match="non-zero code"):
        build(client, mark, "RUN true", "RUN false", **options)


def remove(client: docker.DockerClient, mark: str) -> None:
    """Remove what builds with this mark left."""
    for container in client.containers.list(all=True, ignore_removed=True):
        if is_marked(container, mark):
            container.remove()
    for image in sorted(images_of(client, mark), key=lambda image: str(image.attrs["Created"]), reverse=True):
        with suppress(ImageNotFound):  # it went with the one that was built on it
            client.api.remove_image(str(image.id), force=True)


def test_what_a_failed_build_left_goes_with_the_lesson(
    paths: Paths, own: docker.DockerClient, lesson: Lesson, user: str
) -> None:
    fails(own, user, tag=lesson.image, labels=lesson.labels, rm=True)
    assert len(left_by(own, user)) == 3, "the container of the last step, and the images of two"
    assert len(labels.find(paths, own, session=lesson.repository).names()) == 2, "an image goes with that built on it"
    lesson.clean_up()
    assert left_by(own, user) == set()
    assert build_steps.noted(paths, labels.label_filter(LESSON)) == []


def test_what_a_build_without_rm_left_goes_with_the_lesson(own: docker.DockerClient, lesson: Lesson, user: str) -> None:
    build(own, user, "RUN true", tag=lesson.image, labels=lesson.labels)
    assert len(left_by(own, user) - {str(image.id) for image in images_of(own, user)}) == 4, "a container of each step"
    lesson.clean_up()
    assert left_by(own, user) == set()


def test_a_volume_of_a_failed_step_goes_with_its_container(own: docker.DockerClient, lesson: Lesson, user: str) -> None:
    with pytest.raises(BuildError, match="non-zero code"):
        build(own, user, "VOLUME /data", "RUN false", labels=lesson.labels, rm=True)
    [container] = (one for one in own.containers.list(all=True, ignore_removed=True) if is_marked(one, user))
    [volume] = container.attrs["Mounts"]
    lesson.clean_up()
    assert own.volumes.list(filters={"name": volume["Name"]}) == []


def test_what_a_canceled_build_left_goes_with_the_lesson(own: docker.DockerClient, lesson: Lesson, user: str) -> None:
    dockerfile = f"FROM {BASE_IMAGE}\nENV MARK={user}\nRUN true\nRUN sleep 600\n".encode()
    events = own.api.build(fileobj=io.BytesIO(dockerfile), labels=lesson.labels, decode=True)
    said = (event.get("stream", "") for event in events)
    assert any("Step 4" in text for text in said)
    assert any("Running in" in text for text in said)
    assert len(left_by(own, user)) == 5, "two images, and the container of each step"
    events.close()
    wait_until(
        lambda: not any(is_marked(one, user) for one in own.containers.list(ignore_removed=True)),
        "the engine never canceled the build",
    )
    lesson.clean_up()
    assert left_by(own, user) == set()


def test_what_a_killed_notebook_left_goes_with_the_next(
    paths: Paths, own: docker.DockerClient, lesson: Lesson, user: str
) -> None:
    fails(own, user, tag=lesson.image, labels=lesson.labels, rm=True)
    for lock in lesson._locks:  # noqa: SLF001 - as the system does when a kernel is killed
        lock.release()
    assert labels.label_filter(LESSON, lesson.repository) in labels.own_filters(paths, own, LESSON)
    Lesson(own, paths=paths)
    assert left_by(own, user) == set()


def test_what_you_built_yourself_stays(own: docker.DockerClient, lesson: Lesson, user: str) -> None:
    fails(own, user, rm=True)
    before = left_by(own, user)
    fails(own, user, tag=lesson.image, labels=lesson.labels, rm=True)
    assert len(left_by(own, user)) == len(before) + 1, "the page's container, and the steps from your cache"
    lesson.clean_up()
    assert left_by(own, user) == before


def test_an_image_that_you_named_stays(own: docker.DockerClient, lesson: Lesson, user: str) -> None:
    fails(own, user, tag=lesson.image, labels=lesson.labels, rm=True)
    step = next(one for one in images_of(own, user) if own.api.history(one.id)[0]["CreatedBy"].endswith("true"))
    step.tag(f"{user}/mine", "1.0")
    lesson.clean_up()
    assert own.images.get(f"{user}/mine:1.0").id == step.id
