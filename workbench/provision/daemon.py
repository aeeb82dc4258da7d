"""Start a Docker Engine where none runs; say why one has ended."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import docker
import psutil

from workbench.engine import client as engine
from workbench.engine.client import EngineForbiddenError
from workbench.errors import TutorialError
from workbench.settings import LOOPBACK, Paths
from workbench.system import apt, processes
from workbench.system.waiting import wait_until
from workbench.text import say

DOCKERD = "dockerd"
START_TIMEOUT = 60  # seconds that a new engine gets until it answers

# What dockerd's last lines say: what that means and what to do.
LAST_WORDS = {
    "no space left on device": "The disk is full: free some space (df -h /var/lib/docker).",
    "pid file found": "Another dockerd runs, or died and left its pid file: check with pgrep -a dockerd.",
    "process with PID": "Another dockerd runs, or died and left its pid file: check with pgrep -a dockerd.",
    "address already in use": "Something else holds the engine's socket or port: check with pgrep -a dockerd.",
    "Permission denied (you must be root)": "This container or user may not set up networks; it needs more rights.",
    "failed to create NAT chain": "iptables doesn't work here: try update-alternatives --set iptables "
    "/usr/sbin/iptables-legacy.",
    "Devices cgroup isn't mounted": "No cgroups are mounted here: in a container, give it /sys/fs/cgroup.",
    "error initializing graphdriver": "The engine's storage can't be used: check df -T /var/lib/docker.",
    "needs to be started with root": "dockerd runs as root: use sudo.",
}


def ensure(paths: Paths, mirror_port: Callable[[], int], yes: bool = False) -> docker.DockerClient:
    """Connect to an engine; where none answers, install and start Docker first.

    Parameters
    ----------
    paths : Paths
    mirror_port : callable
        Gives the port of 127.0.0.1 where an engine that we start looks for images before it asks Docker Hub.
    yes : bool
        Install system packages without asking.
    """
    try:
        return engine.connect()
    except EngineForbiddenError:
        raise
    except TutorialError:
        if os.environ.get("DOCKER_HOST"):  # an engine that we can neither start nor replace
            raise
    apt.ensure("dockerd", yes=yes)
    if Path("/run/systemd/system").is_dir():
        apt.run_as_root("systemctl", "start", "docker")
        return _wait_until_it_answers(paths, None)
    if os.geteuid() != 0:
        raise TutorialError(
            "No Docker Engine runs, no service manager can start it, and only root can do it by hand.",
            "Start it yourself: sudo sh -c 'dockerd >/var/log/dockerd.log 2>&1 &'",
        )
    say("Starting the Docker Engine.")
    mirror = f"http://{LOOPBACK}:{mirror_port()}"
    return _wait_until_it_answers(
        paths, processes.start(paths, DOCKERD, [apt.which(DOCKERD) or DOCKERD, "--registry-mirror", mirror])
    )


def _wait_until_it_answers(paths: Paths, process: psutil.Process | None) -> docker.DockerClient:
    client = wait_until(lambda: _connect_unless_died(paths, process), START_TIMEOUT)
    if client is not None:
        return client
    processes.stop(paths, DOCKERD)
    log = "journalctl -u docker -n 20" if process is None else processes.log_file(paths, DOCKERD)
    raise TutorialError(
        f"The Docker Engine started but did not answer within {START_TIMEOUT} seconds.", f"Look at its log: {log}"
    )


def _connect_unless_died(paths: Paths, process: psutil.Process | None) -> docker.DockerClient | None:
    """Connect to the engine; None where it doesn't answer yet."""
    try:
        return engine.connect()
    except EngineForbiddenError:
        raise
    except TutorialError:
        if process is not None and (not process.is_running() or process.status() == psutil.STATUS_ZOMBIE):
            raise died(paths) from None
        return None


def died(paths: Paths) -> TutorialError:
    """Say why the engine that we started has ended, from the last lines of its log."""
    lines = processes.log_file(paths, DOCKERD).read_text(errors="replace").splitlines()[-6:]
    tail = "\n".join(lines)
    meaning = next((text for words, text in LAST_WORDS.items() if words in tail), None)
    return TutorialError(
        f"The Docker Engine ended while it started. Its last lines:\n{tail}",
        meaning or f"The whole log: {processes.log_file(paths, DOCKERD)}",
    )
