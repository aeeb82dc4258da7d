"""The app in the image that its Dockerfile makes: the same answers, and no door but the API."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

import docker
import pytest
import requests
from docker.models.containers import Container
from docker.utils import exclude_paths

from tests.support.degrees_server import degrees_server, running
from tests.support.names import letters
from workbench.checks.engine_state import run_inside
from workbench.engine.ports import wait_until_up
from workbench.settings import APP_PORT, FLASK, LOOPBACK, PATHS, WERKZEUG

pytestmark = pytest.mark.docker
# What opens Werkzeug's debugger where it is on.
DEBUGGER = {"__debugger__": "yes", "cmd": "resource", "f": "debugger.js"}
ADDRESSES = ["/degrees", "/degrees?start=1993&limit=1", "/degrees/3", "/degrees/3/degrees", "/degrees?start=abc", "/x"]
# Asks the app without a server.
ASK = """
import json, sys
from degrees_api import app
reply = app.test_client().get(sys.argv[1])
print(json.dumps([reply.status_code, reply.text, reply.content_type]))
"""


@pytest.fixture(name="container", scope="module")
def fixture_container(client: docker.DockerClient) -> Iterator[Container]:
    """Build the image once and run it on a free port of loopback."""
    name = f"test-{letters()}"
    client.images.build(path=str(PATHS.app), tag=name, rm=True, forcerm=True)
    # A free port, which the annotations don't know of.
    ports: Any = {f"{APP_PORT}/tcp": (LOOPBACK, None)}
    container = client.containers.run(name, detach=True, ports=ports)
    try:
        container.reload()
        wait_until_up(port_of(container))
        yield container
    finally:
        container.remove(force=True)
        client.images.remove(name)


def port_of(container: Container) -> int:
    [door] = container.ports[f"{APP_PORT}/tcp"] or []
    return int(door["HostPort"])


def get(container: Container, path: str, **query: str) -> requests.Response:
    return requests.get(f"http://{LOOPBACK}:{port_of(container)}{path}", params=query, timeout=10)


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_published_port_answers_as_the_app_does_inside(container: Container, path: str) -> None:
    inside, there = json.loads(run_inside(container, f"python -c {shlex.quote(ASK)} {path}")[1]), get(container, path)
    assert [there.status_code, there.text, there.headers["Content-Type"]] == inside
    assert there.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", [*ADDRESSES, "/degrees?start=1990&limit=2", "/degrees?start=so%20on", "/degrees/5"])
def test_the_server_of_the_unit_tests_answers_as_the_app_does(container: Container, path: str) -> None:
    there = get(container, path)
    with running(degrees_server()) as port:
        fake = requests.get(f"http://{LOOPBACK}:{port}{path}", timeout=10)
    assert (fake.status_code, fake.reason, fake.text) == (there.status_code, there.reason, there.text)
    assert fake.headers["Content-Type"] == there.headers["Content-Type"]


def test_its_versions_are_those_that_the_pages_name(container: Container) -> None:
    assert get(container, "/degrees").headers["Server"].startswith(f"Werkzeug/{WERKZEUG} Python/3.")
    assert f"Flask=={FLASK}" in run_inside(container, "pip freeze")[1].splitlines()


def test_debug_is_off_and_the_log_says_so(container: Container) -> None:
    log = container.logs().decode()
    assert " * Debug mode: off\n" in log
    assert "Debugger" not in log


def test_the_debugger_cannot_be_reached(container: Container) -> None:
    script = get(container, "/degrees", **DEBUGGER)
    assert script.text == get(container, "/degrees").text
    assert get(container, "/console").status_code == 404


def test_the_program_is_the_first_process_without_a_shell(container: Container) -> None:
    _code, command = run_inside(container, "cat /proc/1/cmdline")
    assert command.split("\0")[:2] == ["python", "degrees_api.py"]


def test_only_what_the_image_needs_is_sent_to_the_engine() -> None:
    patterns = (PATHS.app / ".dockerignore").read_text().splitlines()
    sent = exclude_paths(str(PATHS.app), [line for line in patterns if line and not line.startswith("#")])
    files = {path for path in sent if (PATHS.app / path).is_file()}
    assert files == {"degrees_api.py", "requirements.txt", "Dockerfile", ".dockerignore"}
