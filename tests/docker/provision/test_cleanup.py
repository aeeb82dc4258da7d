"""What ``./tutorial clean`` lists, asks and removes, among things that are not ours."""

from __future__ import annotations

import os
import pty
import pwd
import re
from collections.abc import Iterator

import docker
import pytest
from docker.errors import ImageNotFound, NotFound
from docker.models.containers import Container

from workbench.cli import main as cli
from workbench.engine import labels
from workbench.provision import cleanup, registries
from workbench.settings import BASE_IMAGE, LABEL, SESSION_LABEL, Paths
from workbench.system.username import username

from .things_to_clean import COMMAND, bring, build, make_lesson, marks_of

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("name")]
BIG = 10_000_000  # bytes


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


def make_services(paths: Paths, client: docker.DockerClient, name: str) -> list[str]:
    """Make what `start` makes for a checkout; the image only where it isn't here. Return how it is listed."""
    image, serving = f"{name}-service:2", f"{name}-registry-{registries.checkout(paths)}"
    marks = {LABEL: f"{name}-service"}
    if not client.images.list(image):
        build(client, image, marks)
    client.containers.create(image, COMMAND, name=serving, labels=marks)
    client.volumes.create(serving, labels=marks)
    return [f"container {serving}", f"volume {serving}", f"image {image}"]


def make_mirror(paths: Paths, client: docker.DockerClient, name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make a mirror that the engine asks for each pull."""
    mirror = registries.container_name(paths, registries.MIRROR)
    client.containers.create(BASE_IMAGE, COMMAND, name=mirror, labels={LABEL: f"{name}-service"})
    (paths.state / "mirror.port").write_text("5001")
    configured = {"RegistryConfig": {"Mirrors": ["http://127.0.0.1:5001/"]}}
    monkeypatch.setattr(docker.DockerClient, "info", lambda _client: configured)
    return f"container {mirror}"


def here(paths: Paths, client: docker.DockerClient, name: str) -> list[str]:
    """List what there is of the test's services, by kind and name."""
    return labels.find(paths, client, f"{name}-service").names()


@pytest.mark.usefixtures("users")
def test_what_is_ours_is_listed_and_removed_and_nothing_else(
    paths: Paths, client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = make_lesson(client, name)
    services = make_services(paths, client, name)
    assert cli.main(["clean", "--yes"], paths) == 0
    said = capsys.readouterr().out
    assert re.fullmatch(rf"Ours:\n  {ours}Removed\. -?[\d,]+ bytes came back\.\n", said)
    assert sorted(here(paths, client, name)) == sorted(services)
    assert cli.main(["clean", "--yes"], paths) == 0
    assert capsys.readouterr().out == "Nothing of ours is here.\n"


@pytest.mark.parametrize("user", ["4321/", ""])
def test_what_another_users_notebooks_made_stays(
    paths: Paths, client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str], user: str
) -> None:
    # Of the same name; and of an earlier version, which wrote no user id.
    session = f"{user}{username()}/degrees_api" if user else "somebody-else/degrees_api"
    theirs = client.volumes.create(name, labels={LABEL: f"{name}-lesson", SESSION_LABEL: session})
    try:
        assert cli.main(["clean", "--yes"], paths) == 0
        assert capsys.readouterr().out == "Nothing of ours is here.\n"
    finally:
        theirs.remove()


def test_the_bytes_that_came_back_are_those_that_the_engine_used_before_and_no_more(
    paths: Paths,
    client: docker.DockerClient,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    used = iter([9_876_543, 1_234_567])
    # Not the engine's own figures: others fill and empty it meanwhile.
    monkeypatch.setattr(cleanup, "_bytes_used", lambda _client: next(used))
    client.volumes.create(name, labels=marks_of(f"{name}-lesson"))
    assert cli.main(["clean", "--yes"], paths) == 0
    assert capsys.readouterr().out == f"Ours:\n  volume {name}\nRemoved. 8,641,976 bytes came back.\n"


def test_an_engine_that_counts_in_another_way_is_cleaned_too(
    paths: Paths,
    client: docker.DockerClient,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # As API 1.53 answers, of which the reference is all that could be had.
    monkeypatch.setattr(docker.DockerClient, "df", lambda _client: {"ImageUsage": {"TotalSize": 5}})
    client.volumes.create(name, labels=marks_of(f"{name}-lesson"))
    assert cli.main(["clean", "--yes"], paths) == 0
    assert capsys.readouterr().out == f"Ours:\n  volume {name}\nRemoved.\n"


def test_images_and_what_containers_write_is_counted(client: docker.DockerClient) -> None:
    container = client.containers.run(BASE_IMAGE, ["sh", "-c", f"head -c {BIG} /dev/zero >/big"], detach=True)
    try:
        container.wait()
        size = client.images.get(BASE_IMAGE).attrs["Size"]
        assert cleanup._bytes_used(client) >= size + BIG  # noqa: SLF001
    finally:
        container.remove()


@pytest.mark.usefixtures("users")
def test_all_is_the_services_too(
    paths: Paths, client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = [*make_lesson(client, name).splitlines(), *make_services(paths, client, name)]
    assert cli.main(["clean", "--all", "--yes"], paths) == 0
    said = capsys.readouterr().out
    assert all(line in said for line in ours)
    with pytest.raises(NotFound):
        client.volumes.get(f"{name}-lesson")
    assert here(paths, client, name) == []


def test_what_an_earlier_version_made_is_found_by_the_login_name(
    paths: Paths, client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    login = pwd.getpwuid(os.getuid()).pw_name
    client.volumes.create(name, labels={LABEL: f"{name}-lesson", SESSION_LABEL: f"{login}/degrees_api"})
    serving = f"{name}-registry-{registries.checkout(paths)}"
    client.volumes.create(serving, labels={LABEL: f"{name}-service", SESSION_LABEL: f"{login}/service"})
    assert cli.main(["clean", "--all", "--yes"], paths) == 0
    assert f"Ours:\n  volume {name}\n  volume {serving}\nRemoved." in capsys.readouterr().out
    assert here(paths, client, name) == []


def test_two_checkouts_leave_each_other_their_services_and_what_both_use(
    paths: Paths,
    client: docker.DockerClient,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bring(paths, client, name, "made for a test")
    first, image = make_services(paths, client, name)[:2], f"image {name}-service:2"
    asked = make_mirror(paths, client, name, monkeypatch)
    other = Paths(paths.root / "other")
    other.state.mkdir(parents=True)
    (other.state / "mirror.port").write_text("5002")  # which the engine doesn't ask
    second = make_services(other, client, name)[:2]
    make_lesson(client, name)
    assert cli.main(["clean", "--yes"], other) == 0
    capsys.readouterr()
    assert cli.main(["clean", "--all", "--yes"], paths) == 0
    said = capsys.readouterr().out
    staying = "\n  ".join(sorted([asked, image, f"image {name}-base:1.0"]))
    removed = "\n  ".join(sorted(first))
    assert said.startswith(
        f"These stay, since other checkouts or users of this engine need them:\n  {staying}\n"
        f"What they have here:\n  {second[0]}\n  {second[1]}\nOurs:\n  {removed}\nRemoved."
    )
    assert sorted(here(paths, client, name)) == sorted([*second, image, asked])
    assert cli.main(["clean", "--all", "--yes"], other) == 0
    assert sorted(here(paths, client, name)) == sorted([image, asked]), "the first one's mirror is still here"
    assert cli.main(["clean", "--all", "--yes"], paths) == 0
    assert here(paths, client, name) == []
    with pytest.raises(ImageNotFound):
        client.images.get(f"{name}-base:1.0")


def test_where_nobody_can_answer_nothing_is_removed(
    paths: Paths, client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    client.volumes.create(name, labels=marks_of(f"{name}-lesson"))
    assert cli.main(["clean"], paths) == 1
    assert capsys.readouterr().out == f"Ours:\n  volume {name}\nNothing was removed.\n"
    assert client.volumes.get(name)


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"y\n"])
def test_the_answer_decides(
    paths: Paths, client: docker.DockerClient, name: str, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    code = int(answer != b"y\n")
    client.volumes.create(name, labels=marks_of(f"{name}-lesson"))
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answer)
    with os.fdopen(terminal, encoding="utf-8") as screen:
        monkeypatch.setattr("sys.stdin", screen)
        assert cli.main(["clean"], paths) == code
    os.close(keyboard)
    assert bool(labels.find(paths, client, f"{name}-lesson").names()) == bool(code)
