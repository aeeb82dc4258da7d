"""Reach a Docker Engine; start one where none runs; explain why not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import docker
import psutil
from docker.errors import DockerException

from workbench.errors import TutorialError
from workbench.settings import LOOPBACK
from workbench.system import apt, processes
from workbench.text import say

DOCKERD = "dockerd"
START_TIMEOUT = 60  # seconds that a new engine gets until it answers
MAY_NOT = "this user may not use"

# What dockerd's last lines say: what that means and what to do.
LAST_WORDS = {
    "no space left on device": "The disk is full: free some space (df -h /var/lib/docker).",
    "process with PID": "Another dockerd runs, or died and left its pid file: check with pgrep -a dockerd.",
    "address already in use": "Something else holds the engine's socket or port: check with pgrep -a dockerd.",
    "Permission denied (you must be root)": "This container or user may not set up networks; it needs more rights.",
    "failed to create NAT chain": "iptables doesn't work here: try update-alternatives --set iptables "
    "/usr/sbin/iptables-legacy.",
    "Devices cgroup isn't mounted": "No cgroups are mounted here: in a container, give it /sys/fs/cgroup.",
    "error initializing graphdriver": "The engine's storage can't be used: check df -T /var/lib/docker.",
    "needs to be started with root": "dockerd runs as root: use sudo.",
}


def connect(timeout: int = 60) -> docker.DockerClient:
    """Connect to the engine that DOCKER_HOST, the CLI's context or the default socket names.

    The same on the command line: ``docker version``, which asks the server too.
    ``docker --version`` answers without an engine and proves nothing.

    Raises
    ------
    TutorialError
        With the reason and the next step.
    """
    try:
        client = docker.from_env(timeout=timeout)
        client.ping()
    except (DockerException, OSError, ValueError) as error:  # ValueError: DOCKER_HOST names an impossible port
        raise unreachable(error) from error
    return client


def unreachable(error: Exception) -> TutorialError:
    """Say why no engine answered, from what docker-py raised."""
    host = os.environ.get("DOCKER_HOST")
    where = host or "/var/run/docker.sock"
    if "Permission denied" in str(error):
        return TutorialError(
            f"A Docker Engine is there, but {MAY_NOT} {where}.",
            "Join its group, then log out and in again: sudo usermod -aG docker $USER",
        )
    if host:
        return TutorialError(
            f"No Docker Engine answers at {where}, where DOCKER_HOST points.",
            "Start that engine, or use this machine's own: unset DOCKER_HOST",
        )
    return TutorialError(f"No Docker Engine answers at {where}.", "Start one: ./tutorial start")


def ensure(mirror_port: int, yes: bool = False) -> docker.DockerClient:
    """Connect to an engine; where none answers, install and start Docker first.

    Parameters
    ----------
    mirror_port : int
        Port of 127.0.0.1 where an engine that we start looks for images before it asks Docker Hub.
    yes : bool
        Install system packages without asking.
    """
    try:
        return connect()
    except TutorialError as error:
        # Somebody else's engine, which we can neither start nor replace.
        if os.environ.get("DOCKER_HOST") or MAY_NOT in error.what:
            raise
    apt.ensure("dockerd", yes=yes)
    if Path("/run/systemd/system").is_dir():
        apt.run_as_root("systemctl", "start", "docker")
        return _wait_until_it_answers(None)
    if os.geteuid() != 0:
        raise TutorialError(
            "No Docker Engine runs, no service manager can start it, and only root can do it by hand.",
            "Start it yourself: sudo sh -c 'dockerd >/var/log/dockerd.log 2>&1 &'",
        )
    say("Starting the Docker Engine.")
    mirror = f"http://{LOOPBACK}:{mirror_port}"
    return _wait_until_it_answers(
        processes.start(DOCKERD, [apt.which(DOCKERD) or DOCKERD, "--registry-mirror", mirror])
    )


def _wait_until_it_answers(process: psutil.Process | None) -> docker.DockerClient:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        try:
            return connect()
        except TutorialError as error:
            if MAY_NOT in error.what:  # it answers, and not this user
                raise
            if process is not None and (not process.is_running() or process.status() == psutil.STATUS_ZOMBIE):
                raise died() from None
            time.sleep(0.2)
    processes.stop(DOCKERD)
    log = "journalctl -u docker -n 20" if process is None else processes.log_file(DOCKERD)
    raise TutorialError(
        f"The Docker Engine started but did not answer within {START_TIMEOUT} seconds.", f"Look at its log: {log}"
    )


def died() -> TutorialError:
    """Say why the engine that we started has ended, from the last lines of its log."""
    lines = processes.log_file(DOCKERD).read_text(errors="replace").splitlines()[-6:]
    tail = "\n".join(lines)
    meaning = next((text for words, text in LAST_WORDS.items() if words in tail), None)
    return TutorialError(
        f"The Docker Engine ended while it started. Its last lines:\n{tail}",
        meaning or f"The whole log: {processes.log_file(DOCKERD)}",
    )
