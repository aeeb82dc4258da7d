"""Lessons side by side, one after another, and after one that was cut short."""

from __future__ import annotations

import io
import os
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import docker
import psutil
import pytest
from docker.errors import BuildError, ImageNotFound

from workbench.engine import labels
from workbench.errors import TutorialError
from workbench.lesson.session import Lesson
from workbench.provision import base_image, base_pull
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("plain")]
COMMAND = ["sleep", "600"]


def make_image(client: docker.DockerClient, name: str, session: str) -> None:
    dockerfile = io.BytesIO(f"FROM {BASE_IMAGE}\nENV SESSION={session}\n".encode())
    client.images.build(fileobj=dockerfile, tag=name, labels=labels.lesson_labels(session), rm=True)


def test_a_lesson_has_names_and_labels_of_its_user(client: docker.DockerClient, plain: str) -> None:
    lesson = Lesson(client)
    assert (lesson.repository, lesson.image) == (plain, f"{plain}:1.0")
    assert lesson.labels == labels.lesson_labels(plain)
    assert lesson.name("api") == plain.replace("/", "-") + "-api"
    lesson.clean_up()


def test_two_lessons_have_two_names_and_two_ports(
    client: docker.DockerClient, plain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server((LOOPBACK, 0)) as free:
        first = free.getsockname()[1]
    one, two = Lesson(client), Lesson(client)
    assert [one.repository, two.repository] == [plain, f"{plain}-2"]
    assert one.name("api") != two.name("api")
    ports = [one.port(first), two.port(first)]
    assert ports[0] == first < ports[1]
    assert capsys.readouterr().out.splitlines() == [
        f"Using host port {first}.",
        f"Using host port {ports[1]}: {first} is taken by another notebook.",
    ]
    more = one.port(first)
    assert capsys.readouterr().out == f"Using host port {more}: {first} is taken by this notebook.\n"
    one.clean_up()
    three = Lesson(client)
    assert three.repository == plain
    assert three.port(first) == first
    for lesson in (two, three):
        lesson.clean_up()


def test_a_port_that_is_taken_is_left_to_its_holder(
    client: docker.DockerClient, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = Lesson(client)
    with socket.create_server((LOOPBACK, 0)) as listener:
        taken = listener.getsockname()[1]
        port = lesson.port(taken)
    holder = f"process {psutil.Process().name()} (pid {psutil.Process().pid})"
    assert capsys.readouterr().out == f"Using host port {port}: {taken} is taken by {holder}.\n"
    lesson.clean_up()


def test_what_a_dead_run_left_is_swept_and_what_others_have_stays(client: docker.DockerClient, plain: str) -> None:
    make_image(client, f"{plain}:1.0", plain)
    client.containers.run(BASE_IMAGE, COMMAND, detach=True, labels=labels.lesson_labels(plain))
    make_image(client, f"{plain}-2:1.0", f"{plain}-2")
    lesson = Lesson(client)
    assert labels.find(PATHS, client, session=plain).names() == []
    assert labels.find(PATHS, client, session=f"{plain}-2").names() == [f"image {plain}-2:1.0"]
    lesson.clean_up()


# Runs a lesson as another user, who has the rights to use Docker and a home; what it needs is read before.
ANOTHER_USER = """
import os, pwd, sys, types
import docker
from workbench.lesson.session import Lesson
group, home = int(sys.argv[1]), sys.argv[2]
pwd.getpwuid = lambda _uid: types.SimpleNamespace(pw_dir=home, pw_name="somebody")
os.setgroups([group])
os.setresgid(group, group, group)
os.setresuid(4321, 4321, 4321)
client = docker.from_env()
lesson = Lesson(client)
print(lesson.repository)
lesson.clean_up()
client.close()
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act for another user")
def test_another_user_of_the_same_name_sweeps_nothing_of_ours(client: docker.DockerClient, plain: str) -> None:
    lesson = Lesson(client)
    make_image(client, lesson.image, plain)
    with tempfile.TemporaryDirectory() as home:
        os.chown(home, 4321, 4321)
        group = Path("/var/run/docker.sock").stat().st_gid
        command = [sys.executable, "-c", ANOTHER_USER, str(group), home]
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert said == f"{plain}-2\nRemoved nothing: there was nothing of ours\n"
    assert labels.find(PATHS, client, session=plain).names() == [f"image {plain}:1.0"]
    lesson.clean_up()


def test_beside_another_notebook_alone_nothing_is_said(client: docker.DockerClient, plain: str) -> None:
    one = Lesson(client)
    make_image(client, one.image, one.repository)
    two = Lesson(client)
    assert two.repository == f"{plain}-2"
    assert "already" not in two.exercises("01_set_up").snapshot
    for lesson in (one, two):
        lesson.clean_up()


def test_a_lesson_tidies_up_and_says_what_that_was(
    client: docker.DockerClient, plain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = Lesson(client)
    folder = lesson.folder
    make_image(client, lesson.image, lesson.repository)
    client.containers.create(lesson.image, COMMAND, name=lesson.name("api"))
    lesson.clean_up()
    assert capsys.readouterr().out == "Removed 1 container, 1 image\n"
    assert not folder.exists()
    assert labels.find(PATHS, client, session=plain).names() == []
    lesson.clean_up()
    assert capsys.readouterr().out == "Removed nothing: there was nothing of ours\n"


def test_the_folder_has_the_app_without_its_tests(client: docker.DockerClient) -> None:
    lesson = Lesson(client)
    files = {path.name for path in lesson.folder.iterdir()}
    assert files == {"degrees_api.py", "Dockerfile", "requirements.txt", ".dockerignore"}
    (lesson.folder / "degrees_api.py").write_text("changed")
    assert lesson.folder.joinpath("degrees_api.py").read_text() == "changed"
    lesson.clean_up()


def test_the_folder_is_closed_to_other_users(client: docker.DockerClient) -> None:
    lesson = Lesson(client)
    assert stat.filemode(lesson.folder.stat().st_mode) == "drwx------"
    lesson.clean_up()


def test_the_folder_has_what_the_student_changed(
    client: docker.DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("app", "notebooks"):
        (tmp_path / folder).mkdir()
    (tmp_path / "app/Dockerfile").write_text("FROM mine")
    monkeypatch.chdir(tmp_path / "notebooks")
    lesson = Lesson(client)
    assert [path.name for path in lesson.folder.iterdir()] == ["Dockerfile"]
    assert (lesson.folder / "Dockerfile").read_text() == "FROM mine"
    lesson.clean_up()


def test_a_build_is_tried_again_where_another_page_removed_its_step(client: docker.DockerClient, plain: str) -> None:
    build = client.images.build
    ends = [BuildError('unable to find image "sha256:1"', iter([]))]

    def fails_first(**options: Any) -> Any:
        if ends:
            raise ends.pop()
        return build(**options)

    with mock.patch.object(type(client.images), "build", side_effect=fails_first):
        assert Lesson(client).build() == f"{plain}:1.0"
    assert client.images.get(f"{plain}:1.0").labels.items() >= labels.lesson_labels(plain).items()


def test_without_a_base_image_the_next_step_is_start(
    client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = f"{LOOPBACK}:1/missing"
    monkeypatch.setattr(base_pull, "BASE_REPOSITORY", missing)
    monkeypatch.setattr(base_image, "BASE_IMAGE", f"{missing}:1.0")
    with pytest.raises(TutorialError, match=f"{BASE_IMAGE} is not on this engine: .*connection refused") as failure:
        Lesson(client)
    assert failure.value.fix == "Run ./tutorial start"
    with pytest.raises(ImageNotFound):
        client.images.get(missing)


def test_without_an_engine_the_next_step_is_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    nowhere = docker.DockerClient(base_url=f"tcp://{LOOPBACK}:1", version="1.41")
    with pytest.raises(TutorialError, match=r"No Docker Engine answers at .*\nStart one: \./tutorial start"):
        Lesson(nowhere)
