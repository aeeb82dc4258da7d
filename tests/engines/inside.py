"""Runs in the machine: brings its engine up, and says what that is."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import Any

import docker

from workbench.provision import base_image, daemon, registries
from workbench.settings import PATHS
from workbench.system import processes
from workbench.system.waiting import wait_until

from .machine import IMAGES

SERVICE = "engine"
FACTS = "/srv/facts.json"


def prepare(service: str) -> docker.DockerClient:
    """Bring up the engine, the base image and both registries; the pages need nothing else."""
    if service:
        processes.start(PATHS, SERVICE, ["sh", "-c", f"exec env {service}"])
        wait_until(Path("/var/run/docker.sock").exists, daemon.START_TIMEOUT)
    client = daemon.ensure(PATHS, lambda: registries.free_port(PATHS, registries.MIRROR), yes=True)
    with Path(IMAGES).open("rb") as archive:
        client.api.load_image(archive)
    _name_as_docker_does(client)
    base_image.ensure(PATHS, client, yes=True)
    registries.ensure(PATHS, client, registries.PUSH)
    return client


def _name_as_docker_does(client: docker.DockerClient) -> None:
    """Give what Podman has loaded, as ``localhost/python``, the name that ``python`` means to both engines."""
    for image in client.images.list(filters={"reference": "localhost/*"}):
        for name in image.tags:
            repository, _, tag = name.removeprefix("localhost/").rpartition(":")
            image.tag(f"docker.io/{repository if '/' in repository else f'library/{repository}'}", tag)


def facts(client: docker.DockerClient) -> dict[str, Any]:
    """Say what the tests will have run on."""
    version, info = client.version(), client.info()
    kinds = dict(info.get("DriverStatus") or [])
    snapshots = kinds.get("driver-type") == "io.containerd.snapshotter.v1"
    component = version["Components"][0]["Name"]
    return {
        "engine": f"{component} {version['Version']}",
        "version": version["Version"],
        "api": version["ApiVersion"],
        "store": f"containerd ({info['Driver']})" if snapshots else info["Driver"],
        "base": base_image.in_words(PATHS, client),
        "machine": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.machine()}",
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    Path(FACTS).write_text(json.dumps(facts(prepare(*sys.argv[1:]))), encoding="utf-8")
