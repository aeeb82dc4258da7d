"""Host ports that a process or a container has."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from workbench import ports
from workbench.doctor import Surroundings
from workbench.settings import APP_PORT, BASE_IMAGE, LAB_PORT, LOOPBACK

from .diagnosis import diagnose, repair, wait_until

pytestmark = pytest.mark.docker


@pytest.fixture(name="server")
def fixture_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Let a process have the port."""
    line = [sys.executable, "-m", "http.server", "--bind", LOOPBACK, str(port)]
    with subprocess.Popen(line, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: not ports.is_free(port))
        yield process
        process.kill()


@pytest.mark.parametrize("probe", [f"port {APP_PORT}", f"port {LAB_PORT}"])
def test_process_has_the_port(probe: str, port: int, server: subprocess.Popen[bytes]) -> None:
    around = Surroundings(app_port=port, lab_port=port)
    seen = diagnose(probe, around)
    assert seen.state == "warning"
    assert f"(pid {server.pid}): the next free port" in seen.found
    repair(seen)
    server.wait(30)
    assert diagnose(probe, around).found == "free"


def test_container_has_the_port(client: docker.DockerClient, port: int) -> None:
    around, published = Surroundings(app_port=port), {"80/tcp": (LOOPBACK, port)}
    name = f"test-{secrets.token_hex(4)}"
    doors: Any = published
    # With --init, since a first process that doesn't listen to a request to end makes docker stop wait.
    container = client.containers.run(BASE_IMAGE, ["sleep", "600"], name=name, detach=True, ports=doors, init=True)
    try:
        seen = diagnose(f"port {APP_PORT}", around)
        assert seen.state == "warning"
        assert f"taken by container {name}:" in seen.found
        repair(seen)
        assert diagnose(f"port {APP_PORT}", around).state == "ok"
    finally:
        container.remove(force=True)
