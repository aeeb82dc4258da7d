"""Registries that are stopped, silent, used up, or refuse the login; and logins that are broken or lie open."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import docker
import pytest

from tests.support.names import letters
from tests.support.servers import http_server
from tests.support.waiting import wait_until
from workbench.doctor import Targets
from workbench.engine import labels
from workbench.provision import registries, registry_image
from workbench.provision.registries import PUSH
from workbench.settings import LOOPBACK, Paths

from . import images, mirrors
from .diagnosis import command, diagnose, repair, repair_environment
from .second_engine import SecondEngine

pytestmark = pytest.mark.docker

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(name="config")
def fixture_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the docker command a folder of its own for its settings, and no login by variables."""
    folder = tmp_path / "docker"
    folder.mkdir()
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    for name in ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return folder / "config.json"


@pytest.mark.usefixtures("state")
def test_local_registry_was_stopped(paths: Paths, client: docker.DockerClient) -> None:
    port = registries.ensure(paths, client, PUSH)
    assert diagnose("registry", Targets(paths=paths)).state == "ok"
    client.containers.get(registries.container_name(paths, PUSH)).stop(timeout=0)
    seen = diagnose("registry", Targets(paths=paths))
    assert (seen.state, seen.found) == ("problem", f"{LOOPBACK}:{port} does not answer")
    assert command(seen) == f"docker start {registries.container_name(paths, PUSH)}"
    repair(seen)
    wait_until(lambda: registries.answers(paths, PUSH))
    assert diagnose("registry", Targets(paths=paths)).state == "ok"


def test_local_registry_has_another_password(paths: Paths, client: docker.DockerClient, state: Path) -> None:
    registries.ensure(paths, client, PUSH)
    (state / "registry.password").write_text("another")
    seen = diagnose("registry", Targets(paths=paths))
    assert seen.state == "problem"
    assert "refuses the password that is kept here" in seen.found
    assert command(seen) == "./tutorial start"
    registries.ensure(paths, client, PUSH)  # what start does for the registry; the lab it starts too is not needed here
    assert diagnose("registry", Targets(paths=paths)).state == "ok"


@pytest.mark.usefixtures("state")
def test_local_registry_was_never_started(
    paths: Paths, client: docker.DockerClient, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = diagnose("registry", Targets(paths=paths))
    assert (seen.state, command(seen)) == ("problem", "./tutorial start")
    assert registries.kept_port(paths, PUSH) is None, "who looks chooses no port"
    assert capsys.readouterr().out == ""
    registries.ensure(paths, client, PUSH)
    assert diagnose("registry", Targets(paths=paths)).state == "ok"


def test_mirror_of_the_engine_was_stopped(second: SecondEngine, client: docker.DockerClient, port: int) -> None:
    engine = second.start(**{"registry-mirrors": [f"http://{LOOPBACK}:{port}"]})
    image = registry_image.ensure(client)
    engine.images.load(b"".join(client.images.get(image).save(named=True)))
    container = engine.containers.run(
        image,
        name="mirror-of-the-room",
        labels=labels.service_labels(),
        ports={"5000/tcp": (LOOPBACK, port)},
        detach=True,
    )
    wait_until(lambda: diagnose("mirror").state == "ok")
    container.stop(timeout=0)
    seen = diagnose("mirror")
    assert seen.state == "warning"
    assert seen.found == f"http://{LOOPBACK}:{port}/, which the engine asks first, does not answer"
    assert command(seen) == "docker start mirror-of-the-room"
    repair(seen)
    wait_until(lambda: diagnose("mirror").state == "ok")
    engine.close()


@pytest.mark.usefixtures("state")
def test_engine_asks_no_mirror_and_docker_hub_has_no_such_image(
    paths: Paths, second: SecondEngine, client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"hands-on-test/{letters()}:1"
    images.load(client, name)
    mirrors.fill(paths, client, name, monkeypatch)
    client.images.remove(name)
    around = Targets(base=name, paths=paths)
    engine = second.start()
    seen = diagnose("pull", around)
    assert seen.state == "problem"
    assert seen.found.startswith(f"docker pull {name} fails: ")
    advised = re.search(r'"registry-mirrors": \[.*\]', seen.advice)
    assert advised, seen.advice
    second.settings(**json.loads(f"{{{advised[0]}}}"))
    second.reload()
    wait_until(lambda: diagnose("pull", around).state == "ok")
    missing = diagnose("base image", around)
    assert (missing.state, command(missing)) == ("problem", f"docker pull {name}")
    repair(missing)
    assert diagnose("base image", around).state == "ok"
    engine.close()


def test_docker_hub_cannot_be_reached(client: docker.DockerClient, port: int) -> None:
    images.load(client, name := f"test-{letters()}:1")
    blocked = f"http://{LOOPBACK}:{port}"
    seen = diagnose("docker hub", Targets(hub=blocked, base=name))
    client.images.remove(name)
    assert seen.state == "ok", "with the base image here, that is no fault"
    assert seen.found.startswith(f"{LOOPBACK}:{port} can't be reached: ")
    assert "Connection refused" in seen.found
    seen = diagnose("docker hub", Targets(hub=blocked, base=name))
    assert seen.state == "warning", "nothing has the base image"
    assert command(seen) == "./tutorial start"
    quota = diagnose("pull quota", Targets(hub=blocked, hub_login=f"{blocked}/token"))
    assert quota.state == "could not look"
    assert "Connection refused" in quota.found

    def closed_to_strangers(_request: BaseHTTPRequestHandler) -> Answer:
        return 401, {}, b""

    with http_server(closed_to_strangers) as hub:
        assert diagnose("docker hub", Targets(hub=f"http://{LOOPBACK}:{hub}", base=name)).state == "ok"


class Hub:
    """A hub that counts pulls as Docker's does, in a window of two seconds."""

    LIMIT, WINDOW = 100, 2

    def __init__(self) -> None:
        self.pulls: deque[float] = deque()
        self.users: dict[str, str] = {}

    def answer(self, request: BaseHTTPRequestHandler) -> Answer:
        """Give a token to everybody, but for a wrong password; with a token, what is left."""
        if request.path.startswith("/token"):
            return self._token(request.headers.get("Authorization", ""))
        if request.headers.get("Authorization") != "Bearer for-anybody":
            return 401, {}, b""
        while self.pulls and self.pulls[0] < time.monotonic() - self.WINDOW:
            self.pulls.popleft()
        limit, left = f"{self.LIMIT};w={self.WINDOW}", f"{self.LIMIT - len(self.pulls)};w={self.WINDOW}"
        return 200, {"ratelimit-limit": limit, "ratelimit-remaining": left}, b""

    def _token(self, login: str) -> Answer:
        user, _, password = base64.b64decode(login.removeprefix("Basic ")).decode().partition(":")
        if login and self.users.get(user) != password:
            return 401, {}, b'{"details": "incorrect username or password"}'
        return 200, {}, b'{"token": "for-anybody"}'


@pytest.fixture(name="hub")
def fixture_hub() -> Iterator[tuple[Hub, Targets]]:
    hub = Hub()
    with http_server(hub.answer) as port:
        address = f"http://{LOOPBACK}:{port}"
        yield hub, Targets(hub=address, hub_login=f"{address}/token")


def test_quota_of_docker_hub_is_used_up_by_the_room(hub: tuple[Hub, Targets]) -> None:
    counting, around = hub
    assert diagnose("pull quota", around).found.startswith("100 of 100 pulls")
    counting.pulls.extend([time.monotonic() + 60] * 98)
    seen = diagnose("pull quota", around)
    assert seen.state == "warning"
    assert seen.found.startswith("2 of 100 pulls in ")
    assert command(seen) == "docker login"
    assert "Or wait: each pull counts for" in seen.advice
    counting.pulls = deque([time.monotonic()] * 98)
    wait_until(lambda: diagnose("pull quota", around).state == "ok")


@pytest.mark.usefixtures("config")
def test_docker_hub_refuses_the_token(hub: tuple[Hub, Targets], monkeypatch: pytest.MonkeyPatch) -> None:
    server, around = hub
    server.users["ada"] = "right"
    monkeypatch.setenv("DOCKERHUB_USERNAME", "ada")
    monkeypatch.setenv("DOCKERHUB_TOKEN", "right")
    assert diagnose("login", around).found == "Docker Hub takes the login of ada"
    monkeypatch.setenv("DOCKERHUB_TOKEN", "wrong")
    seen = diagnose("login", around)
    assert (seen.state, seen.found) == ("problem", "Docker Hub refuses the login of ada: status 401")
    assert "wrong" not in str(seen)
    repair_environment(seen, monkeypatch)
    assert diagnose("login", around).state == "ok"


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("given", "missing"),
    [("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"), ("DOCKERHUB_TOKEN", "DOCKERHUB_USERNAME")],
)
def test_half_a_login_is_set(given: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(given, "something")
    seen = diagnose("login")
    assert (seen.state, seen.found) == ("warning", f"{given} is set and {missing} is not: the local registry is used")
    repair_environment(seen, monkeypatch)
    assert diagnose("login").state == "ok"


def test_helper_that_keeps_the_logins_is_not_installed(config: Path, client: docker.DockerClient) -> None:
    config.write_text('{"credsStore": "of-another-laptop"}')
    seen = diagnose("login")
    assert seen.state == "problem"
    assert "docker-credential-of-another-laptop, which is not here" in seen.found
    assert str(config) in seen.found
    repair(seen)
    assert json.loads(config.with_name("config.json.bak").read_text()), "nothing is lost"
    assert diagnose("login").state == "ok"
    assert client.ping()


def test_settings_of_the_docker_command_were_edited_and_broken(config: Path) -> None:
    config.write_text('{"credsStore": "pass",}')
    complaint = subprocess.run(["docker", "ps"], capture_output=True, text=True, check=False).stderr
    assert "config.json" in complaint
    seen = diagnose("login")
    assert seen.state == "warning"
    assert seen.found.startswith(f"{config} can't be read, by the docker command neither: ")
    repair(seen)
    assert subprocess.run(["docker", "ps"], capture_output=True, text=True, check=True).stderr == ""
    assert diagnose("login").state == "ok"


@pytest.mark.usefixtures("state")
def test_password_lies_open_in_a_file(paths: Paths, client: docker.DockerClient, config: Path) -> None:
    address = f"{LOOPBACK}:{registries.ensure(paths, client, PUSH)}"
    line = ["docker", "login", "--username", registries.USER, "--password-stdin", address]
    subprocess.run(line, input=registries.password(paths), text=True, check=True, capture_output=True)
    assert config.exists()
    seen = diagnose("login")
    assert (seen.state, seen.found) == ("warning", f"{config} holds the password for {address} in plain text")
    assert registries.password(paths) not in str(seen)
    repair(seen)
    assert diagnose("login").state == "ok"
