"""When ``./tutorial clean`` removes the base image."""

from __future__ import annotations

import io

import docker
import pytest
from docker.errors import BuildError, ImageNotFound

from workbench.cli import main as cli
from workbench.engine import build_steps, labels
from workbench.provision import base_image, base_record
from workbench.provision.base_record import OURS, Served
from workbench.settings import LABEL, SESSION_LABEL, STANDIN_LABEL, Paths
from workbench.system.username import username

from .things_to_clean import COMMAND, bring, make_lesson, marks_of

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("name")]


def test_a_base_that_another_users_notebook_may_need_stays(
    paths: Paths, client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(paths, client, name, "made for a test")
    theirs = {LABEL: f"{name}-lesson", SESSION_LABEL: f"4321/{username()}/degrees_api"}
    volume = client.volumes.create(name, labels=theirs)
    try:
        assert cli.main(["clean", "--all", "--yes"], paths) == 0
        assert f"image {name}-base:1.0\nWhat they have here:\n  volume {name}\n" in capsys.readouterr().out
        assert client.images.get(f"{name}-base:1.0")
    finally:
        volume.remove()
        client.images.remove(f"{name}-base:1.0")


# The base of this engine may be a stand-in, whose label is inherited.
@pytest.mark.parametrize("label", ["made for a test", ""], ids=["stand-in", "pulled"])
def test_the_base_that_we_brought_goes_with_all_and_only_with_all(
    paths: Paths, client: docker.DockerClient, name: str, label: str
) -> None:
    bring(paths, client, name, label)
    base_record.record(paths, Served(("sha256:0",), label, OURS))
    assert cli.main(["clean", "--yes"], paths) == 0
    assert base_record.recorded(paths)
    assert client.images.get(f"{name}-base:1.0")
    assert cli.main(["clean", "--all", "--yes"], paths) == 0
    assert not base_image.brought(paths).exists()
    assert base_record.recorded(paths) is None
    with pytest.raises(ImageNotFound):
        client.images.get(f"{name}-base:1.0")


def test_a_base_of_the_users_own_stays_whatever_was_there_before_and_whatever_its_label(
    paths: Paths, client: docker.DockerClient, name: str
) -> None:
    bring(paths, client, name, "made for a test")
    dockerfile = io.BytesIO(f"FROM {name}-base:1.0\nENV OWN=1\n".encode())
    client.images.build(fileobj=dockerfile, tag=f"{name}-base:1.0", rm=True)
    assert client.images.get(f"{name}-base:1.0").labels[STANDIN_LABEL] == "made for a test"
    try:
        assert cli.main(["clean", "--all", "--yes"], paths) == 0
    finally:
        client.images.remove(f"{name}-base:1.0")


def test_a_base_that_a_users_container_needs_stays_and_the_rest_goes(
    paths: Paths, client: docker.DockerClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(paths, client, name, "made for a test")
    make_lesson(client, name)
    users = client.containers.create(f"{name}-base:1.0", COMMAND, name=f"{name}-needs-it")
    try:
        assert cli.main(["clean", "--all", "--yes"], paths) == 0
        said = capsys.readouterr().out
        assert client.images.get(f"{name}-base:1.0")
    finally:
        users.remove()
        client.images.remove(f"{name}-base:1.0")
    assert f"{name}-base:1.0 stays, because it is in use by container {name}-needs-it (sleep 600)." in said
    assert "bytes came back" in said
    assert labels.find(paths, client, f"{name}-lesson").names() == []


def test_what_a_failed_build_left_is_listed_and_keeps_no_base(
    paths: Paths, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    own = docker.from_env(use_context=False)
    build_steps.read_along(paths, own)
    bring(paths, own, name, "made for a test")
    dockerfile = f"FROM {name}-base:1.0\nRUN false\n".encode()
    with pytest.raises(BuildError, match="non-zero code"):
        own.images.build(fileobj=io.BytesIO(dockerfile), labels=marks_of(f"{name}-lesson"), rm=True)
    [left] = own.containers.list(all=True, filters={"ancestor": f"{name}-base:1.0"})
    assert cli.main(["clean", "--all", "--yes"], paths) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Ours:\n  build step {left.short_id}\n  image {name}-base:1.0\nRemoved.")
    assert "stays" not in said
    with pytest.raises(ImageNotFound):
        own.images.get(f"{name}-base:1.0")
    own.close()
