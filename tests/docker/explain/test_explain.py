"""Containers that are looked into: by name and by ID, those that are well among them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from tests.support.names import letters
from tests.support.waiting import wait_until
from workbench.cli import main as cli
from workbench.engine import labels
from workbench.engine.ports import wait_until_up
from workbench.explain import explain
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("patient_probes")]
SERVE = ["python", "-u", "-m", "http.server", "5000"]


@pytest.fixture(name="session")
def fixture_session(client: docker.DockerClient) -> Iterator[str]:
    """Give a name that nobody uses; what carries its label goes afterwards."""
    session = f"test-explain-{letters()}"
    yield session
    labels.sweep(PATHS, client, session=session)


@pytest.mark.parametrize("by", ["name", "id", "short_id"])
def test_a_container_is_explained_by_name_and_by_id(
    client: docker.DockerClient, session: str, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    marks = labels.lesson_labels(session)
    container = client.containers.run(BASE_IMAGE, ["python", "degrees_api.py"], name=session, labels=marks, detach=True)
    container.wait()
    assert cli.main(["explain", getattr(container, by)]) == 0
    assert capsys.readouterr().out.startswith("Explained: The image has no such file to run\n")


def test_a_container_that_there_is_not_is_a_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "no-such-container-of-a-test"]) == 1
    assert capsys.readouterr().err == (
        "No container has the name or ID no-such-container-of-a-test.\nList them all: docker ps --all\n"
    )


@pytest.mark.parametrize(
    "command", [["true"], ["python", "-c", "print('done')"], ["sh", "-c", "exit 3"]], ids=["well", "said", "own code"]
)
def test_a_container_that_ended_by_itself_is_not_explained(
    client: docker.DockerClient, session: str, command: list[str]
) -> None:
    container = client.containers.run(BASE_IMAGE, command, labels=labels.lesson_labels(session), detach=True)
    container.wait()
    assert explain(container) is None


@pytest.mark.parametrize("published", [True, False])
def test_a_container_that_runs_well_is_not_explained(
    client: docker.DockerClient, session: str, published: bool
) -> None:
    options: dict[str, Any] = {"ports": {"5000/tcp": (LOOPBACK, None)}} if published else {}
    marks = labels.lesson_labels(session)
    container = client.containers.run(BASE_IMAGE, SERVE, labels=marks, detach=True, init=True, **options)
    if published:
        wait_until_up(int(client.api.port(str(container.id), 5000)[0]["HostPort"]))
    assert explain(container) is None


def test_a_container_that_was_made_and_not_started_is_not_explained(client: docker.DockerClient, session: str) -> None:
    container = client.containers.create(BASE_IMAGE, ["true"], labels=labels.lesson_labels(session))
    assert explain(container) is None


def test_what_another_run_of_a_notebook_left_open_is_none_of_ours(client: docker.DockerClient, session: str) -> None:
    port = random.randrange(20_000, 30_000)
    marks = labels.lesson_labels(session)
    server = client.containers.run(BASE_IMAGE, [*SERVE[:-1], str(port)], labels=marks, detach=True, init=True)
    wait_until(lambda: b"Serving HTTP" in server.logs())
    refused = f"curl: (7) Failed to connect to {LOOPBACK} port {port}"
    assert explain(refused, session="another") is None
    for ours in (session, ""):
        explanation = explain(refused, session=ours)
        assert explanation
        assert explanation.cause.key == "not-published"


def test_what_listens_on_a_port_of_its_own_is_not_what_was_asked_for(client: docker.DockerClient, session: str) -> None:
    """As a database that has nothing to do with it."""
    name = f"{session}-bystander"
    bystander = client.containers.run(BASE_IMAGE, SERVE, name=name, detach=True, init=True)
    try:
        wait_until(lambda: b"Serving HTTP" in bystander.logs())
        assert explain(f"curl: (7) Failed to connect to {LOOPBACK} port 29999", session=session) is None
    finally:
        bystander.remove(force=True)
