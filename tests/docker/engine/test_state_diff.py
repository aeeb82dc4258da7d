"""What the engine really gains and loses, and what of it is told."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from tests.support.names import letters
from workbench.engine import image_layers, labels
from workbench.engine.state_diff import changes
from workbench.settings import BASE_IMAGE, PATHS

pytestmark = pytest.mark.docker
DOCKERFILE = "FROM {}\nRUN echo {} > /number\nCMD true\n"


@pytest.fixture(name="session")
def fixture_session(client: docker.DockerClient) -> Iterator[str]:
    """Give a name that nobody uses; what carries its label goes afterwards."""
    session = f"test-changes-{letters()}/app"
    yield session
    labels.sweep(PATHS, client, session=session)


def build(client: docker.DockerClient, session: str) -> None:
    dockerfile = io.BytesIO(DOCKERFILE.format(BASE_IMAGE, letters()).encode())
    client.images.build(fileobj=dockerfile, tag=f"{session}:1.0", labels=labels.lesson_labels(session), rm=True)


def test_the_life_of_an_image(client: docker.DockerClient, session: str, capsys: pytest.CaptureFixture[str]) -> None:
    ours = labels.lesson_labels(session)
    with changes(client, ours):
        build(client, session)
    assert capsys.readouterr().out == f"+ image {session}:1.0\n+ 1 layer of ours\n"
    with changes(client, ours):
        client.images.get(f"{session}:1.0").tag(session, tag="stable")
    assert capsys.readouterr().out == f"+ name {session}:stable, of an image that was here\n"
    with changes(client, ours):
        build(client, session)
    assert capsys.readouterr().out == (
        f"+ image {session}:1.0\n~ name {session}:1.0, of another image now\n+ 1 layer of ours\n"
    )
    with changes(client, ours):
        client.images.remove(f"{session}:stable")
    assert capsys.readouterr().out == f"- image {session}:stable\n- 1 layer of ours\n"


def test_the_life_of_a_container(client: docker.DockerClient, session: str, capsys: pytest.CaptureFixture[str]) -> None:
    ours = labels.lesson_labels(session)
    name = session.replace("/", "-")
    published: Any = {"80/tcp": ("127.0.0.1", None)}
    with changes(client, ours):
        container = client.containers.run(
            BASE_IMAGE, ["sleep", "600"], name=name, detach=True, labels=ours, ports=published
        )
    port = f"port 80/tcp of container {name}, open at 127.0.0.1"
    assert capsys.readouterr().out == f"+ container {name}, running\n+ {port}\n"
    with changes(client, ours):
        container.rename(f"{name}-renamed")
    assert capsys.readouterr().out == f"~ container {name}-renamed, called {name} before\n"
    container.rename(name)
    with changes(client, ours):
        container.stop(timeout=0)
    assert capsys.readouterr().out == f"~ container {name}, exited now, running before\n- {port}\n"
    with changes(client, ours):
        container.remove()
    assert capsys.readouterr().out == f"- container {name}, exited before\n"


def test_what_is_somebody_else_s_is_not_told(
    client: docker.DockerClient, session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = labels.lesson_labels(session)
    other = labels.lesson_labels(f"{session}-2")
    with changes(client, ours):
        client.volumes.create(session.replace("/", "-"), labels=other)
    assert capsys.readouterr().out == "Nothing gained, nothing lost.\n"
    labels.sweep(PATHS, client, session=f"{session}-2")


def test_layers_of_an_image_are_joined_with_its_instructions(client: docker.DockerClient, session: str) -> None:
    build(client, session)
    found = image_layers.read(client, f"{session}:1.0")
    checksums = client.images.get(f"{session}:1.0").attrs["RootFS"]["Layers"]
    run, command, *marks = found.ours
    assert found.base == BASE_IMAGE
    assert run.text.startswith("RUN echo ")
    # The bytes of its file; containerd's image store counts the blocks of the disk that the file and its folder take.
    assert (run.size in (9, 8192), run.layer) == (True, checksums[-1])
    assert command.text.startswith("CMD ")
    assert not any(one.layer or one.size for one in (command, *marks))
    assert found.base_layers == len(checksums) - 1
    assert found.base_size > 10_000_000
