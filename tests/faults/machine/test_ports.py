"""Host ports that a process or a container has."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from tests.support.names import letters
from tests.support.waiting import wait_until
from workbench.doctor import ProbeResult, Targets
from workbench.engine import ports
from workbench.engine.labels import lesson_labels
from workbench.settings import APP_PORT, BASE_IMAGE, LAB_PORT, LOOPBACK, Paths
from workbench.system.username import username

from .diagnosis import diagnose, repair

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
def test_process_has_the_port(paths: Paths, probe: str, port: int, server: subprocess.Popen[bytes]) -> None:
    around = Targets(app_port=port, lab_port=port, paths=paths)
    seen = diagnose(probe, around)
    assert seen.state == "warning"
    you = pwd.getpwuid(os.getuid()).pw_name
    assert f"(pid {server.pid}) (of the user {you}, which is you, since " in seen.found
    shown = repair(seen)
    assert f" {server.pid} " in shown, "the fix shows what it is, and ends nothing"
    assert f"-m http.server --bind {LOOPBACK} {port}" in shown
    assert server.poll() is None
    repair(ProbeResult("warning", seen.found, seen.advice.partition("To end it: ")[2]))
    server.wait(30)
    assert diagnose(probe, around).found == "free"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as another user")
@pytest.mark.parametrize("probe", [f"port {APP_PORT}", f"port {LAB_PORT}"])
def test_nothing_is_offered_that_ends_the_process_of_another_user(paths: Paths, probe: str, port: int) -> None:
    line = ["/usr/bin/python3", "-I", "-m", "http.server", "--bind", LOOPBACK, str(port)]
    with subprocess.Popen(line, stderr=subprocess.DEVNULL, user=65534, cwd="/") as process:
        wait_until(lambda: not ports.is_free(port))
        seen = diagnose(probe, Targets(app_port=port, lab_port=port, paths=paths))
        assert f"(of the user {pwd.getpwuid(65534).pw_name}, since " in seen.found
        assert "kill" not in f"{seen.fix} {seen.advice}"
        assert pwd.getpwuid(65534).pw_name in repair(seen)
        assert process.poll() is None
        process.kill()


@pytest.mark.parametrize("ours", [True, False])
def test_container_has_the_port(client: docker.DockerClient, port: int, *, ours: bool) -> None:
    around, published = Targets(app_port=port), {"80/tcp": (LOOPBACK, port)}
    name, session = f"test-{letters()}", f"{username()}/test-{letters()}"
    doors: Any = published
    labels = lesson_labels(session) if ours else {}
    # With --init, since a first process that doesn't listen to a request to end makes docker stop wait.
    container = client.containers.run(
        BASE_IMAGE, ["sleep", "600"], name=name, labels=labels, detach=True, ports=doors, init=True
    )
    try:
        seen = diagnose(f"port {APP_PORT}", around)
        assert seen.state == "warning"
        maker = f"made by this tutorial for {session}" if ours else "not made by this tutorial"
        assert f"taken by container {name} (of the image {BASE_IMAGE}, since 20" in seen.found
        assert f", {maker}): the next free port" in seen.found
        said = repair(seen)
        if not ours:
            assert name in said, "the fix shows what it is, and ends nothing"
            container.reload()
            assert container.status == "running"
            repair(ProbeResult("warning", seen.found, seen.advice.partition("If it is yours: ")[2]))
        assert diagnose(f"port {APP_PORT}", around).state == "ok"
    finally:
        container.remove(force=True)
