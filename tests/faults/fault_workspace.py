"""Where faults are made: a folder, names and labels of its own, on the real engine."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.models.containers import Container

from workbench.settings import BASE_IMAGE


class FailedError(Exception):
    """A step that failed, and what there is to explain: a text or a container."""

    def __init__(self, what: str | Container) -> None:
        super().__init__(what)
        self.what = what


@dataclass
class FaultWorkspace:
    """What a fault works with.

    Attributes
    ----------
    client : docker.DockerClient
    folder : pathlib.Path
        Empty at first: the build context, and the current folder of commands.
    name : str
        For images and containers; nobody else uses it.
    labels : dict of str to str
        For all that is made; what carries them goes afterwards.
    patch : pytest.MonkeyPatch
    servers : contextlib.ExitStack
        Ends what listens for the time of the fault.
    kept : dict
        What a step needs and a fix changes.
    """

    client: docker.DockerClient
    folder: Path
    name: str
    labels: dict[str, str]
    patch: pytest.MonkeyPatch
    servers: ExitStack
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def gateway(self) -> str:
        """Address of this machine in the network of containers: the first one there."""
        subnet = self.client.networks.get("bridge").attrs["IPAM"]["Config"][0]["Subnet"]
        return str(ip_network(subnet)[1])

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder, with its line ends as they are."""
        (self.folder / name).write_bytes(text.encode())

    def dockerfile(self, *lines: str) -> None:
        """Write a Dockerfile."""
        self.write("Dockerfile", "\n".join(lines) + "\n")

    def change(self, change: Callable[[list[str]], list[str]]) -> None:
        """Change the lines of the Dockerfile."""
        self.dockerfile(*change((self.folder / "Dockerfile").read_text().splitlines()))

    def build(self, **options: Any) -> str:
        """Build the folder without a network; give the image's name."""
        chosen = {"path": str(self.folder), "tag": f"{self.name}:1.0", "network_mode": "none", **options}
        self.client.images.build(**chosen, labels=self.labels, rm=True, forcerm=True)
        return str(chosen["tag"])

    def run(self, image: str = BASE_IMAGE, command: str | list[str] | None = None, **options: Any) -> None:
        """Run a container to its end, and leave it there to be looked at."""
        words = shlex.split(command) if isinstance(command, str) else command
        self.client.containers.run(image, words, **{"labels": self.labels, "network_mode": "none", **options})

    def start(self, image: str = BASE_IMAGE, command: str | list[str] | None = None, **options: Any) -> Container:
        """Start a container that stays."""
        words = shlex.split(command) if isinstance(command, str) else command
        return self.client.containers.run(image, words, detach=True, labels=self.labels, **options)

    def shell(self, line: str, typed: str = "") -> str:
        """Run a line as a user types it; what it says is what there is to explain, if it fails."""
        done = subprocess.run(
            line,
            shell=True,
            cwd=self.folder,
            env={**os.environ, "DOCKER_BUILDKIT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
            input=typed,
        )
        if done.returncode:
            raise FailedError(f"$ {line}\n{done.stdout}")
        return done.stdout

    @property
    def label(self) -> str:
        """The labels, as the command line takes them."""
        return " ".join(f"--label {key}={value}" for key, value in self.labels.items())


Step = Callable[[FaultWorkspace], Any]
Repair = Callable[[FaultWorkspace, str], Any]


@dataclass(frozen=True)
class Fault:
    """A fault that can be made to happen.

    Attributes
    ----------
    key : str
        The cause that it has to be explained with.
    make : callable
        Lays out what the step finds.
    step : callable
        Fails, until it is repaired.
    repair : callable
        Does with the fix, word for word, what its reader would do.
    """

    key: str
    make: Step
    step: Step
    repair: Repair

    def __str__(self) -> str:
        return self.key


def replacing(old: str) -> Repair:
    """Put the fix in the place of a line of the Dockerfile."""
    return lambda workspace, fix: workspace.change(lambda lines: [fix if line == old else line for line in lines])


def before(start: str) -> Repair:
    """Put the fix before the first line of the Dockerfile that starts so."""

    def repair(workspace: FaultWorkspace, fix: str) -> None:
        def change(lines: list[str]) -> list[str]:
            place = next(number for number, line in enumerate(lines) if line.startswith(start))
            return [*lines[:place], fix, *lines[place:]]

        workspace.change(change)

    return repair


def after(start: str) -> Repair:
    """Put the fix after the first line of the Dockerfile that starts so."""

    def repair(workspace: FaultWorkspace, fix: str) -> None:
        def change(lines: list[str]) -> list[str]:
            place = next(number for number, line in enumerate(lines) if line.startswith(start)) + 1
            return [*lines[:place], fix, *lines[place:]]

        workspace.change(change)

    return repair


def shell(workspace: FaultWorkspace, fix: str) -> None:
    """Type the fix."""
    workspace.shell(fix)


def keeping(name: str) -> Repair:
    """Keep the fix, for a step that uses it."""
    return lambda workspace, fix: workspace.kept.update({name: fix})


def nothing(_bench: FaultWorkspace) -> None:
    """Make nothing: the step itself is wrong."""


def build(workspace: FaultWorkspace) -> None:
    """Build the folder."""
    workspace.build()


def build_and_run(workspace: FaultWorkspace) -> None:
    """Build the folder, and run its image."""
    workspace.run(workspace.build())
