"""A second Docker Engine beside the shared one, on a small disk of its own, that may be broken at will."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
import pytest

from workbench import engine
from workbench.packages import which

from .diagnosis import wait_until

DISK = 3_100_000_000  # bytes: little more than the doctor asks for
# Networks of its own, of which there are few: a third number that no other test run has at this moment.
SUBNET = "172.31.{number}.1/24"


class SecondEngine:
    """A ``dockerd`` with a disk, a network and settings of its own.

    It makes no iptables rules, since those of the shared engine must stay as they are: its containers can be
    reached from this machine by published ports, and reach nothing outside.
    """

    def __init__(self, folder: Path, bridge: str) -> None:
        self.folder, self.bridge = folder, bridge
        self.socket = folder / "docker.sock"
        self.address = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **settings: Any) -> docker.DockerClient:
        """Start it with these settings in its ``daemon.json``, and connect to it."""
        self.settings(**settings)
        name = self.bridge
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(which("dockerd")),
                    f"--config-file={self.folder}/daemon.json",
                    f"--data-root={self.folder}/data",
                    f"--exec-root={self.folder}/exec",
                    f"--pidfile={self.folder}/pid",
                    f"--host={self.address}",
                    f"--bridge={name}",
                    "--iptables=false",
                    "--ip-masq=false",
                    f"--containerd-namespace={name}",
                    f"--containerd-plugins-namespace={name}-plugins",
                ],
                stdout=log,
                stderr=log,
            )
        os.environ["DOCKER_HOST"] = self.address
        wait_until(self._listens)
        return engine.connect()

    def settings(self, **settings: Any) -> None:
        """Write its ``daemon.json``."""
        (self.folder / "daemon.json").write_text(json.dumps(settings))

    def reload(self) -> None:
        """Let it read ``daemon.json`` again: ``kill -HUP``."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """End it without a last word, so that its socket stays."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it in order, with all its containers."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()
        return self.socket.exists()


@contextmanager
def second_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecondEngine]:
    """Lay out a second engine; ``DOCKER_HOST`` leads to it while it is there."""
    monkeypatch.setenv("DOCKER_HOST", "")  # remembers what it was
    bridge = f"hands-{secrets.token_hex(3)}"
    # Not pytest's folder: the path of a socket may have a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="engine-"))
    (folder / "data").mkdir()
    second = SecondEngine(folder, bridge)
    _run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", f"{folder}/data")
    try:
        _run("ip", "link", "add", bridge, "type", "bridge")
        _run("ip", "addr", "add", SUBNET.format(number=secrets.randbelow(200) + 20), "dev", bridge)
        _run("ip", "link", "set", bridge, "up")
        yield second
    finally:
        second.stop()
        _end_containerd(folder)
        _run("ip", "link", "del", bridge)
        for mount in sorted(_mounts(folder), key=len, reverse=True):
            _run("umount", "--lazy", mount)
        shutil.rmtree(folder, ignore_errors=True)


def _mounts(folder: Path) -> list[str]:
    lines = Path("/proc/mounts").read_text().splitlines()
    return [line.split()[1] for line in lines if line.split()[1].startswith(str(folder))]


def _end_containerd(folder: Path) -> None:
    """End the helper that outlives a ``dockerd`` which was killed."""
    file = folder / "exec/containerd/containerd.pid"
    if file.exists():
        with suppress(ProcessLookupError):
            os.kill(int(file.read_text()), signal.SIGKILL)


def _run(*line: str) -> None:
    subprocess.run(line, check=True, capture_output=True)
