"""What a check may look at, and what it answers."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

import docker
from docker.errors import ImageNotFound, NotFound
from docker.models.containers import Container
from docker.models.images import Image

from workbench.engine.labels import label_filter, lesson_labels
from workbench.settings import LESSON, PATHS, Paths
from workbench.text import plain, safe


@dataclass(frozen=True)
class CheckResult:
    """What a check found.

    Attributes
    ----------
    ok : bool
    message : str
        What is right, or what is not yet and the question that leads on.
    """

    ok: bool
    message: str

    def __str__(self) -> str:
        return safe(f"{'Well done' if self.ok else 'Not yet'}: {self.message}")


def verdict(problem: str, praise: str) -> CheckResult:
    """Judge by the problem that was found, where an empty one is none."""
    return CheckResult(ok=not problem, message=problem or praise)


@dataclass(frozen=True)
class EngineState:
    """What a check may look at.

    Attributes
    ----------
    client : docker.DockerClient
    session : str
        The run of the notebook that asks; its containers and images carry this label.
    image : str
        The name of the image that this run builds, with its tag.
    paths : Paths
        The checkout, whose registry the pages push to.
    """

    client: docker.DockerClient
    session: str
    image: str
    paths: Paths = PATHS

    def running(self, image: str) -> list[Container]:
        """List this session's running containers of one image, the newest first."""
        return self._containers(all=False, ancestor=image)

    def containers(self, **filters: str) -> list[Container]:
        """List this session's containers in whichever state, the newest first; ``ancestor=image`` for those of one."""
        return self._containers(all=True, **filters)

    def find_image(self, name: str) -> Image | None:
        """Find an image by its name; None where the engine has none of that name."""
        try:
            return self.client.images.get(name)
        except ImageNotFound:
            return None

    @contextmanager
    def trial(self, image: Image, command: list[str] | None = None) -> Iterator[Container]:
        """Make a container of an image, not started, that is gone afterwards."""
        container = self.client.containers.create(image, command, labels=lesson_labels(self.session))
        try:
            yield container
        finally:
            container.remove(force=True, v=True)

    def _containers(self, *, all: bool, **chosen: Any) -> list[Container]:  # noqa: A002 - docker-py's name
        filters = {**label_filter(LESSON, self.session), **chosen}
        return self.client.containers.list(all=all, filters=filters, ignore_removed=True)


def run_inside(container: Container, command: str | list[str]) -> tuple[int, str]:
    """Run one more command in a running container; return its exit code and what it printed.

    The same on the command line: ``docker exec CONTAINER COMMAND``.
    """
    code, output = cast(tuple[int, bytes], container.exec_run(command))
    return code, output.decode(errors="replace")


def log_of(container: Container) -> str:
    """Read what a container's program has printed, without colours.

    The same on the command line: ``docker logs CONTAINER``.
    """
    return plain(container.logs().decode(errors="replace")).strip()


def take_out(container: Container, path: str) -> dict[str, str] | None:
    """Read a file, or the files of a folder, from a container that need not run.

    The same on the command line: ``docker cp CONTAINER:PATH -``.

    Returns
    -------
    dict of str to str or None
        The text of each file by its path, which starts with the last part of ``path``; None where nothing is there.
    """
    try:
        stream, _about = container.get_archive(path)
    except NotFound:
        return None
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
        files = {member.name: cast(IO[bytes], archive.extractfile(member)) for member in archive if member.isfile()}
        return {name: file.read().decode(errors="replace") for name, file in files.items()}


def text_of(container: Container, path: str) -> str:
    """Read a file from a container that need not run; empty where there is none."""
    return next(iter((take_out(container, path) or {}).values()), "")


def layers(image: Image) -> list[str]:
    """List the checksums of an image's layers, the base's first."""
    checksums: list[str] = image.attrs["RootFS"]["Layers"]
    return checksums


def why_not_started(error: str) -> str:
    """Cut from a start's error what all releases say alike; each puts other words before that, and maybe behind it."""
    said = error.rpartition("container process: ")[2]
    return said.removeprefix("error during container init: ").removesuffix(": unknown")


Check = Callable[[EngineState], CheckResult]
