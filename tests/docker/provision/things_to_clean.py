"""What ``./tutorial clean`` finds: things of a lesson, and a base that we brought."""

from __future__ import annotations

import io
import os

import docker

from workbench.provision import base_image
from workbench.settings import BASE_IMAGE, LABEL, SESSION_LABEL, STANDIN_LABEL, Paths
from workbench.system.username import username

COMMAND = ["sleep", "600"]


def build(client: docker.DockerClient, name: str, marks: dict[str, str]) -> None:
    dockerfile = f"FROM {BASE_IMAGE}\nENV NAME={name}\n"
    client.images.build(fileobj=io.BytesIO(dockerfile.encode()), tag=name, labels=marks, rm=True)


def marks_of(mark: str) -> dict[str, str]:
    return {LABEL: mark, SESSION_LABEL: f"{os.getuid()}/{username()}/{mark}"}


def make_lesson(client: docker.DockerClient, name: str) -> str:
    """Make an image, a container of it, and a volume; return how the list of what is ours ends."""
    mark = f"{name}-lesson"
    marks = marks_of(mark)
    build(client, f"{mark}:1.0", marks)
    client.containers.create(f"{mark}:1.0", COMMAND, name=mark)
    client.volumes.create(mark, labels=marks)
    return f"container {mark}\n  image {mark}:1.0\n  volume {mark}\n"


def bring(paths: Paths, client: docker.DockerClient, name: str, label: str) -> None:
    """Make a base, and note down that it is ours."""
    build(client, f"{name}-base:1.0", {STANDIN_LABEL: label})
    base_image.brought(paths).write_text(str(client.images.get(f"{name}-base:1.0").id))
