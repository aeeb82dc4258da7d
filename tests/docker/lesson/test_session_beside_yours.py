"""Lessons beside what you made by hand, under the names that the pages teach."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import docker
import pytest

from workbench.lesson.session import Lesson
from workbench.settings import BASE_IMAGE, LOOPBACK

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("plain")]
COMMAND = ["sleep", "600"]
SERVES = ["sh", "-c", "mkdir /www && touch /www/degrees && cd /www && exec python -m http.server 5000"]


@pytest.fixture(name="yours")
def fixture_yours(client: docker.DockerClient, plain: str) -> Iterator[str]:
    """Build an image by hand, without labels, under the name that the pages teach."""
    name = f"{plain}:1.0"
    client.images.build(fileobj=io.BytesIO(f"FROM {BASE_IMAGE}\nENV BY=hand\n".encode()), tag=name, rm=True)
    yield name
    for image in client.images.list(name=plain):
        for tag in image.tags:
            client.images.remove(tag)


def test_an_image_of_yours_keeps_its_name_and_the_page_says_so(
    client: docker.DockerClient, plain: str, yours: str
) -> None:
    before = client.images.get(yours).id
    lesson = Lesson(client)
    assert (lesson.repository, lesson.name("api")) == (f"{plain}-2", f"{plain.replace('/', '-')}-2-api")
    assert (
        f"There is already image {yours}, which is not from your pages. It stays as it is, "
        f"and this page uses the name {plain}-2." in lesson.exercises("01_set_up").snapshot
    )
    lesson.build()
    lesson.clean_up()
    assert client.images.get(yours).id == before


def test_an_image_of_yours_with_a_registry_in_its_name_counts_as_well(client: docker.DockerClient, plain: str) -> None:
    client.images.get(BASE_IMAGE).tag(f"{LOOPBACK}:1/{plain}", "1.0")
    try:
        assert Lesson(client).repository == f"{plain}-2"
    finally:
        client.images.remove(f"{LOOPBACK}:1/{plain}:1.0")


def test_a_container_of_yours_keeps_its_name(client: docker.DockerClient, plain: str) -> None:
    yours = client.containers.create(BASE_IMAGE, COMMAND, name=f"{plain.replace('/', '-')}-api")
    try:
        lesson = Lesson(client)
        assert lesson.repository == f"{plain}-2"
        assert f"already container {yours.name}, which" in lesson.exercises("01_set_up").snapshot
        lesson.clean_up()
    finally:
        yours.remove()


def test_a_check_accepts_what_you_made_by_hand(
    client: docker.DockerClient, plain: str, yours: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = Lesson(client)
    lesson.build()
    lesson.check("second-version")
    assert f"Not yet: no image has the name {plain}-2:2.0." in capsys.readouterr().out
    steps = f"FROM {BASE_IMAGE}\nENV BY=hand\nRUN echo pip >/installed\n"
    for tag in ("1.0", "2.0"):
        dockerfile = io.BytesIO(f"{steps}RUN echo {tag} >/version\nCMD {json.dumps(SERVES)}\n".encode())
        client.images.build(fileobj=dockerfile, tag=f"{plain}:{tag}", rm=True)
    before = client.images.get(yours).id
    lesson.check("second-version")
    assert f"Well done: {plain}:1.0 and {plain}:2.0 " in capsys.readouterr().out
    lesson.clean_up()
    assert client.images.get(yours).id == before


@pytest.mark.usefixtures("yours")
def test_a_check_accepts_containers_of_your_own_image(
    client: docker.DockerClient, plain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = Lesson(client)
    lesson.build()
    dockerfile = io.BytesIO(f"FROM {BASE_IMAGE}\nCMD {json.dumps(SERVES)}\n".encode())
    client.images.build(fileobj=dockerfile, tag=f"{plain}:1.0", rm=True)
    yours = client.containers.run(f"{plain}:1.0", detach=True, ports={"5000/tcp": (LOOPBACK, 0)})
    try:
        lesson.check("one-door")
        assert f"Well done: container {yours.name} of {plain}:1.0 answers" in capsys.readouterr().out
        lesson.clean_up()
        yours.reload()
        assert yours.status == "running"
    finally:
        yours.remove(force=True)
