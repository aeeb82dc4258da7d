"""A second Docker Engine beside the shared one, on a small disk of its own, that may be broken at will."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.support.names import letters
from tests.support.waiting import wait_until
from workbench.engine import client as engine
from workbench.settings import PATHS
from workbench.system import locks
from workbench.system.apt import which

DISK = 3_100_000_000  # bytes: little more than the doctor asks for
# Networks of its own, of which there are few: each has a third number that no other one has at this moment.
SUBNET = "172.31.{number}.1/24"
NUMBERS = range(20, 220)


class SecondEngine:
    """A ``dockerd`` with a disk, a network and settings of its own.

    It makes no iptables rules itself, since those of the shared engine must stay as they are: its containers can
    be reached from this machine by published ports, and reach nothing outside, unless they are let out.
    """

    def __init__(self, folder: Path, bridge: str, subnet: str) -> None:
        self.folder, self.bridge, self.subnet = folder, bridge, subnet
        self._undo: list[tuple[str, ...]] = []
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

    def let_out(self) -> None:
        """Let its containers reach what this machine reaches, by rules that name its own bridge alone."""
        for table, chain, rule in self._way_out:
            _run("iptables", "-t", table, "-I", chain, *rule)
            self._undo.append(("iptables", "-t", table, "-D", chain, *rule))

    def close_way_out(self) -> None:
        """Take the rules back."""
        while self._undo:
            _run(*self._undo.pop())

    @property
    def _way_out(self) -> list[tuple[str, str, list[str]]]:
        return [
            ("nat", "POSTROUTING", ["-s", self.subnet, "!", "-o", self.bridge, "-j", "MASQUERADE"]),
            ("filter", "DOCKER-USER", ["-i", self.bridge, "-j", "ACCEPT"]),
            ("filter", "DOCKER-USER", ["-o", self.bridge, "-j", "ACCEPT"]),
        ]

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
        # A socket that was left behind is there before anybody listens on it.
        with socket.socket(socket.AF_UNIX) as caller:
            return caller.connect_ex(str(self.socket)) == 0


@contextmanager
def second_engine() -> Iterator[SecondEngine]:
    """Lay out a second engine; once it is started, ``DOCKER_HOST`` leads to it."""
    if os.geteuid() != 0:
        pytest.skip("mounts a disk and starts an engine of its own, which takes root")
    number, lock = locks.claim(PATHS, (f"second-engine-{number}" for number in NUMBERS))
    bridge = f"hands-{letters(6)}"
    # Not pytest's folder: the path of a socket may have a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="engine-"))
    (folder / "data").mkdir()
    second = SecondEngine(folder, bridge, SUBNET.format(number=number.rpartition("-")[2]))
    _run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", f"{folder}/data")
    try:
        _run("ip", "link", "add", bridge, "type", "bridge")
        _run("ip", "addr", "add", second.subnet, "dev", bridge)
        _run("ip", "link", "set", bridge, "up")
        yield second
    finally:
        second.stop()
        second.close_way_out()
        _end_containerd(folder)
        _run("ip", "link", "del", bridge)
        for mount in sorted(_mounts(folder), key=len, reverse=True):
            _run("umount", "--lazy", mount)
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


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
