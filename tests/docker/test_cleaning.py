"""What ``./tutorial clean`` lists, asks and removes, among things that are not ours."""

from __future__ import annotations

import io
import os
import pty
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import ImageNotFound, NotFound
from docker.models.containers import Container

from workbench import base, cleaning, cli, engine, labels, served
from workbench.names import username
from workbench.served import OURS, Served
from workbench.settings import BASE_IMAGE, LABEL, SESSION_LABEL, STANDIN_LABEL

pytestmark = pytest.mark.docker
COMMAND = ["sleep", "600"]
BIG = 10_000_000  # bytes


@pytest.fixture(name="name", autouse=True)
def fixture_name(client: docker.DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give what is ours other labels than usual, so that nothing of a real lesson or service is cleaned."""
    name = f"test-{secrets.token_hex(4)}"
    monkeypatch.setattr(cleaning, "LESSON", f"{name}-lesson")
    monkeypatch.setattr(cleaning, "SERVICE", f"{name}-service")
    monkeypatch.setattr(cleaning, "BASE_IMAGE", f"{name}-base:1.0")
    monkeypatch.setattr(base, "BASE_IMAGE", f"{name}-base:1.0")
    monkeypatch.setattr(base, "BROUGHT", tmp_path / "base.brought")
    monkeypatch.setattr(served, "RECORD", tmp_path / "base.json")
    monkeypatch.setattr(cleaning, "CI", False)
    monkeypatch.setattr(engine, "connect", lambda: client)
    yield name
    for mark in ("lesson", "service"):
        labels.sweep(client, f"{name}-{mark}")


@pytest.fixture(name="users")
def fixture_users(client: docker.DockerClient, name: str) -> Iterator[Container]:
    """Give a container, an image, a volume and a network of the user's own."""
    build(client, f"{name}-users:1.0", {})
    client.networks.create(f"{name}-users")
    client.volumes.create(f"{name}-users")
    container = client.containers.create(BASE_IMAGE, COMMAND, name=f"{name}-users")
    yield container
    # Whatever was wrongly removed fails here.
    container.remove()
    client.images.remove(f"{name}-users:1.0")
    client.api.remove_network(f"{name}-users")
    client.api.remove_volume(f"{name}-users")


def build(client: docker.DockerClient, name: str, marks: dict[str, str]) -> None:
    dockerfile = f"FROM {BASE_IMAGE}\nENV NAME={name}\n"
    client.images.build(fileobj=io.BytesIO(dockerfile.encode()), tag=name, labels=marks, rm=True)


def marks_of(mark: str) -> dict[str, str]:
    return {LABEL: mark, SESSION_LABEL: f"{username()}/{mark}"}


def make_ours(client: docker.DockerClient, name: str, kind: str) -> str:
    """Make an image, a container of it, and a volume; return how the list of what is ours ends."""
    mark = f"{name}-{kind}"
    marks = marks_of(mark)
    build(client, f"{mark}:1.0", marks)
    client.containers.create(f"{mark}:1.0", COMMAND, name=mark)
    client.volumes.create(mark, labels=marks)
    return f"container {mark}\n  image {mark}:1.0\n  volume {mark}\n"


@pytest.mark.usefixtures("users")
def test_what_is_ours_is_listed_and_removed_and_nothing_else(
    client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = make_ours(client, name, "lesson")
    make_ours(client, name, "service")
    assert cli.main(["clean", "--yes"]) == 0
    said = capsys.readouterr().out
    assert re.fullmatch(rf"Ours:\n  {ours}Removed\. -?[\d,]+ bytes came back\.\n", said)
    assert client.containers.get(f"{name}-service")
    assert cli.main(["clean", "--yes"]) == 0
    assert capsys.readouterr().out == "Nothing of ours is here.\n"


def test_what_another_users_notebooks_made_stays(
    client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = client.volumes.create(name, labels={LABEL: f"{name}-lesson", SESSION_LABEL: "somebody-else/degrees_api"})
    try:
        assert cli.main(["clean", "--yes"]) == 0
        assert capsys.readouterr().out == "Nothing of ours is here.\n"
    finally:
        theirs.remove()


def test_the_bytes_that_came_back_are_those_that_the_engine_used_before_and_no_more(
    client: docker.DockerClient, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    used = iter([9_876_543, 1_234_567])
    # Not the engine's own figures: others fill and empty it meanwhile.
    monkeypatch.setattr(cleaning, "_bytes_used", lambda _client: next(used))
    client.volumes.create(name, labels=marks_of(f"{name}-lesson"))
    assert cli.main(["clean", "--yes"]) == 0
    assert capsys.readouterr().out == f"Ours:\n  volume {name}\nRemoved. 8,641,976 bytes came back.\n"


def test_an_engine_that_counts_in_another_way_is_cleaned_too(
    client: docker.DockerClient, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # As API 1.53 answers, of which the reference is all that could be had.
    monkeypatch.setattr(docker.DockerClient, "df", lambda _client: {"ImageUsage": {"TotalSize": 5}})
    client.volumes.create(name, labels=marks_of(f"{name}-lesson"))
    assert cli.main(["clean", "--yes"]) == 0
    assert capsys.readouterr().out == f"Ours:\n  volume {name}\nRemoved.\n"


def test_images_and_what_containers_write_is_counted(client: docker.DockerClient) -> None:
    container = client.containers.run(BASE_IMAGE, ["sh", "-c", f"head -c {BIG} /dev/zero >/big"], detach=True)
    try:
        container.wait()
        size = client.images.get(BASE_IMAGE).attrs["Size"]
        assert cleaning._bytes_used(client) >= size + BIG  # noqa: SLF001
    finally:
        container.remove()


@pytest.mark.usefixtures("users")
def test_all_is_the_services_too(client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    ours = make_ours(client, name, "lesson"), make_ours(client, name, "service")
    assert cli.main(["clean", "--all", "--yes"]) == 0
    said = capsys.readouterr().out
    assert all(line in said for lines in ours for line in lines.splitlines())
    for kind in ("lesson", "service"):
        with pytest.raises(NotFound):
            client.volumes.get(f"{name}-{kind}")


def test_where_nobody_can_answer_nothing_is_removed(
    client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    client.volumes.create(name, labels=marks_of(f"{name}-lesson"))
    assert cli.main(["clean"]) == 1
    assert capsys.readouterr().out == f"Ours:\n  volume {name}\nNothing was removed.\n"
    assert client.volumes.get(name)


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 1), (b"\n", 1), (b"y\n", 0)])
def test_the_answer_decides(
    client: docker.DockerClient, name: str, monkeypatch: pytest.MonkeyPatch, answer: bytes, code: int
) -> None:
    client.volumes.create(name, labels=marks_of(f"{name}-lesson"))
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answer)
    with os.fdopen(terminal, encoding="utf-8") as screen:
        monkeypatch.setattr("sys.stdin", screen)
        assert cli.main(["clean"]) == code
    os.close(keyboard)
    assert bool(labels.find(client, f"{name}-lesson").names()) == bool(code)


def bring(client: docker.DockerClient, name: str, label: str) -> None:
    """Make a base, and note down that it is ours."""
    build(client, f"{name}-base:1.0", {STANDIN_LABEL: label})
    base.BROUGHT.write_text(str(client.images.get(f"{name}-base:1.0").id))


# The base of this engine may be a stand-in, whose label is inherited.
@pytest.mark.parametrize("label", ["made for a test", ""], ids=["stand-in", "pulled"])
def test_the_base_that_we_brought_goes_with_all_and_only_with_all(
    client: docker.DockerClient, name: str, label: str
) -> None:
    bring(client, name, label)
    served.record(Served(("sha256:0",), label, OURS))
    assert cli.main(["clean", "--yes"]) == 0
    assert served.recorded()
    assert client.images.get(f"{name}-base:1.0")
    assert cli.main(["clean", "--all", "--yes"]) == 0
    assert not base.BROUGHT.exists()
    assert served.recorded() is None
    with pytest.raises(ImageNotFound):
        client.images.get(f"{name}-base:1.0")


def test_a_base_of_the_users_own_stays_whatever_was_there_before_and_whatever_its_label(
    client: docker.DockerClient, name: str
) -> None:
    bring(client, name, "made for a test")
    dockerfile = io.BytesIO(f"FROM {name}-base:1.0\nENV OWN=1\n".encode())
    client.images.build(fileobj=dockerfile, tag=f"{name}-base:1.0", rm=True)
    assert client.images.get(f"{name}-base:1.0").labels[STANDIN_LABEL] == "made for a test"
    try:
        assert cli.main(["clean", "--all", "--yes"]) == 0
    finally:
        client.images.remove(f"{name}-base:1.0")


def test_a_base_that_a_users_container_needs_stays_and_the_rest_goes(
    client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(client, name, "made for a test")
    make_ours(client, name, "lesson")
    users = client.containers.create(f"{name}-base:1.0", COMMAND)
    try:
        assert cli.main(["clean", "--all", "--yes"]) == 0
        said = capsys.readouterr().out
        assert client.images.get(f"{name}-base:1.0")
    finally:
        users.remove()
        client.images.remove(f"{name}-base:1.0")
    assert f"{name}-base:1.0 stays" in said
    assert "bytes came back" in said
    assert labels.find(client, f"{name}-lesson").names() == []
