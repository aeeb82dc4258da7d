"""What the views say when the engine goes away behind them: a relay to the real one, which hangs up."""

from __future__ import annotations

import gc
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import docker
import pytest

from workbench import labels
from workbench.running import run_panel
from workbench.settings import BASE_IMAGE
from workbench.terminal import terminal

SOCKET = Path("/var/run/docker.sock")
pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(not SOCKET.exists(), reason="the engine is not on this machine's socket"),
    # docker-py doesn't close a connection that the other side has cut.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Relay:
    """Passes everything on between a socket of its own and the engine's, until it hangs up."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ends: list[socket.socket] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def hang_up(self) -> None:
        """Cut every connection, and take no new one."""
        self.path.unlink(missing_ok=True)
        for end in (self._listening, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(SOCKET))
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def wait_until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(name="relay")
def fixture_relay(tmp_path: Path) -> Iterator[Relay]:
    relay = Relay(tmp_path / "relay.sock")
    yield relay
    relay.hang_up()
    gc.collect()


@pytest.fixture(name="lesson")
def fixture_lesson(client: docker.DockerClient) -> Iterator[SimpleNamespace]:
    session = f"test-{secrets.token_hex(4)}"
    yield SimpleNamespace(labels=labels.lesson_labels(session))
    labels.sweep(client, session=session)


@pytest.fixture(name="behind")
def fixture_behind(relay: Relay) -> Iterator[docker.DockerClient]:
    """Give a client that reaches the engine by the relay."""
    client = docker.DockerClient(base_url=f"unix://{relay.path}")
    yield client
    client.close()


def test_a_terminal_says_that_it_has_lost_its_program(
    behind: docker.DockerClient, lesson: SimpleNamespace, relay: Relay
) -> None:
    box = behind.containers.run(BASE_IMAGE, ["sleep", "600"], detach=True, labels=lesson.labels)
    shell = terminal(box)
    shell.wait_for("# ")
    relay.hang_up()
    wait_until(lambda: not shell.running)
    assert shell.status == "The Docker Engine no longer answers."
    assert shell.status in shell.snapshot


def test_a_run_panel_says_so_and_finds_the_container_again(
    behind: docker.DockerClient, lesson: SimpleNamespace, relay: Relay
) -> None:
    box = behind.containers.run(BASE_IMAGE, ["sleep", "600"], detach=True, labels=lesson.labels)
    panel = run_panel(behind, lesson, box)  # type: ignore[arg-type]
    wait_until(lambda: "running" in panel.status.value)
    relay.hang_up()
    wait_until(lambda: "running" not in panel.status.value)
    assert "engine" in panel.status.value.lower()
    assert panel.start.disabled
    assert panel.stop.disabled
    back = Relay(relay.path)
    try:
        wait_until(lambda: not panel.refresh.disabled)
        panel.refresh.click()
        wait_until(lambda: "running" in panel.status.value)
    finally:
        panel.close()
        back.hang_up()
