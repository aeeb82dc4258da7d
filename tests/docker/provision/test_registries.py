"""Registries of our own, beside those of the project: made, mended, moved."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import docker
import psutil
import pytest
import requests
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from tests.support.names import letters
from workbench.engine import labels
from workbench.provision import registries, registry_container
from workbench.provision.mirror import MANIFESTS
from workbench.provision.registries import MIRROR, PUSH, USER
from workbench.settings import BASE_IMAGE, LABEL, LOOPBACK, SERVICE, Paths
from workbench.system.waiting import wait_until

pytestmark = pytest.mark.docker


@pytest.fixture(name="state", autouse=True)
def fixture_state(paths: Paths, client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a checkout of its own, whose registries have names, ports and a password of their own."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    for name in ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    paths.state.mkdir()
    monkeypatch.setattr(registries, "FIRST_PORT", {MIRROR: port, PUSH: port})
    yield paths.state
    for kind in (MIRROR, PUSH):
        with suppress(NotFound):
            of(paths, client, kind).remove(force=True)
        with suppress(NotFound):
            client.volumes.get(registries.container_name(paths, kind)).remove()


def of(paths: Paths, client: docker.DockerClient, kind: str) -> Container:
    return client.containers.get(registries.container_name(paths, kind))


def asked(paths: Paths, kind: str, path: str = "", password: str = "") -> requests.Response:
    login = (USER, password) if password else None
    return requests.get(f"http://{LOOPBACK}:{registries.port(paths, kind)}/v2/{path}", auth=login, timeout=5)


def push_something(paths: Paths, client: docker.DockerClient, folder: Path) -> str:
    """Push an image of a few bytes; return its repository."""
    repository = f"test/{letters()}"
    target = registries.push_target(paths)
    name = target.repository(repository)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    client.images.build(path=str(folder), tag=name, rm=True)
    login = {"username": target.username, "password": target.password}
    try:
        told = list(client.api.push(name, stream=True, decode=True, auth_config=login))
    finally:
        client.images.remove(name)
    assert not [event for event in told if "error" in event]
    return repository


def test_the_mirror_answers_anybody_and_the_push_target_who_has_the_password(
    paths: Paths, client: docker.DockerClient
) -> None:
    ports = [registries.ensure(paths, client, kind) for kind in (MIRROR, PUSH)]
    assert ports == [registries.port(paths, MIRROR), registries.port(paths, PUSH)]
    assert ports[0] != ports[1]
    assert asked(paths, MIRROR).ok
    codes = [
        asked(paths, PUSH, password=password).status_code for password in ("", "wrong", registries.password(paths))
    ]
    assert codes == [401, 401, 200]
    assert registries.answers(paths, MIRROR)
    assert registries.answers(paths, PUSH)


def test_a_registry_is_ours_and_listens_on_loopback_only(paths: Paths, client: docker.DockerClient) -> None:
    port = registries.ensure(paths, client, MIRROR)
    container = of(paths, client, MIRROR)
    assert container.ports["5000/tcp"] == [{"HostIp": LOOPBACK, "HostPort": str(port)}]
    assert container.labels[LABEL] == SERVICE
    ours = labels.find(paths, client, SERVICE)
    assert container.name in ours.containers
    assert container.name in ours.volumes


def test_what_runs_is_left_as_it_is(paths: Paths, client: docker.DockerClient) -> None:
    port = registries.ensure(paths, client, PUSH)
    before = of(paths, client, PUSH)
    assert registries.ensure(paths, client, PUSH) == port
    after = of(paths, client, PUSH)
    assert (after.id, after.attrs["State"]["StartedAt"]) == (before.id, before.attrs["State"]["StartedAt"])


def test_what_was_stopped_is_started(paths: Paths, client: docker.DockerClient) -> None:
    port = registries.ensure(paths, client, PUSH)
    before = of(paths, client, PUSH)
    before.stop(timeout=0)
    assert not registries.answers(paths, PUSH)
    assert registries.ensure(paths, client, PUSH) == port
    assert of(paths, client, PUSH).id == before.id
    assert registries.answers(paths, PUSH)


def test_with_a_new_password_it_is_made_again_and_keeps_what_was_pushed(
    paths: Paths, client: docker.DockerClient, state: Path
) -> None:
    port = registries.ensure(paths, client, PUSH)
    before, old = of(paths, client, PUSH), registries.password(paths)
    repository = push_something(paths, client, state)
    (state / "registry.password").unlink()
    assert registries.ensure(paths, client, PUSH) == port
    assert of(paths, client, PUSH).id != before.id
    assert asked(paths, PUSH, password=old).status_code == 401
    assert asked(paths, PUSH, f"{repository}/tags/list", registries.password(paths)).json()["tags"] == ["latest"]


def test_when_its_port_was_taken_meanwhile_it_moves_and_says_so(
    paths: Paths, client: docker.DockerClient, capsys: pytest.CaptureFixture[str]
) -> None:
    port = registries.ensure(paths, client, MIRROR)
    of(paths, client, MIRROR).stop(timeout=0)
    with socket.create_server((LOOPBACK, port)):
        moved = registries.ensure(paths, client, MIRROR)
        holder = f"process {psutil.Process().name()} (pid {os.getpid()})"
        assert capsys.readouterr().out == f"Port {port} is taken by {holder}: the mirror uses {moved}.\n"
    assert moved == registries.port(paths, MIRROR) > port
    assert asked(paths, MIRROR).ok


def test_another_container_on_its_port_is_named(
    paths: Paths, client: docker.DockerClient, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = registries.FIRST_PORT[MIRROR]
    name = f"test-{letters()}"
    users = client.containers.run(
        BASE_IMAGE, ["sleep", "600"], name=name, detach=True, ports={"80/tcp": (LOOPBACK, port)}
    )
    try:
        # A port that was chosen while it was free, and is taken now.
        (state / "mirror.port").write_text(str(port))
        moved = registries.ensure(paths, client, MIRROR)
    finally:
        users.remove(force=True)
    assert capsys.readouterr().out == f"Port {port} is taken by container {name}: the mirror uses {moved}.\n"


def test_what_does_not_come_up_is_made_again(
    paths: Paths, client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = registries._login_mark(paths, MIRROR)  # noqa: SLF001
    broken = client.containers.run(
        BASE_IMAGE,
        ["sleep", "600"],
        name=registries.container_name(paths, MIRROR),
        labels={**labels.service_labels(), f"{LABEL}.login": login},
        detach=True,
    )
    limits = iter([0])  # the broken one gets no time, and the new one all that it needs
    monkeypatch.setattr(registry_container, "wait_until", lambda look, seconds: wait_until(look, next(limits, seconds)))
    registries.ensure(paths, client, MIRROR)
    assert of(paths, client, MIRROR).id != broken.id
    assert asked(paths, MIRROR).ok


def test_a_volume_of_last_week_is_used_again(paths: Paths, client: docker.DockerClient, state: Path) -> None:
    registries.ensure(paths, client, PUSH)
    repository = push_something(paths, client, state)
    of(paths, client, PUSH).remove(force=True)
    registries.ensure(paths, client, PUSH)
    assert repository in asked(paths, PUSH, "_catalog", registries.password(paths)).json()["repositories"]


def test_the_digest_of_a_name_is_told_where_there_is_one(
    paths: Paths, client: docker.DockerClient, state: Path
) -> None:
    registries.ensure(paths, client, PUSH)
    target = registries.push_target(paths)
    name = target.repository(push_something(paths, client, state))
    manifest = f"http://{target.address}/v2/{name.partition('/')[2]}/manifests/latest"
    accepted = {"Accept": ", ".join(MANIFESTS)}  # which kind an engine pushes depends on its image store
    pushed = requests.head(manifest, headers=accepted, auth=(target.username, target.password), timeout=5)
    assert target.digest(client, name) == pushed.headers["Docker-Content-Digest"]
    assert target.digest(client, f"{name}:other") is None
    of(paths, client, PUSH).stop()
    with pytest.raises(APIError):
        target.digest(client, name)


def test_two_checkouts_with_the_same_port_share_one_mirror(paths: Paths, client: docker.DockerClient) -> None:
    """An engine that starts after the second checkout chose its port brings back the first one's mirror."""
    port = registries.ensure(paths, client, MIRROR)
    second = Paths(paths.root / "second")
    second.state.mkdir(parents=True)
    assert registries.find(second, client, MIRROR) is None
    (second.state / "mirror.port").write_text(str(port))
    assert registries.runs(second, client, MIRROR)
    assert registries.ensure(second, client, MIRROR) == port
    assert registries.find(second, client, MIRROR) == of(paths, client, MIRROR)
    assert registries.find(second, client, PUSH) is None
    registries.discard(second, client, MIRROR)
    with pytest.raises(NotFound):
        client.volumes.get(registries.container_name(paths, MIRROR))
    assert not registries.runs(paths, client, MIRROR)
