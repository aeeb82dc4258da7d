"""What a check may look at, and what it answers."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO, cast

import docker
from docker.errors import APIError, ImageNotFound, NotFound
from docker.models.containers import Container
from docker.models.images import Image

from workbench.engine import clock
from workbench.engine.labels import lesson_labels
from workbench.errors import TutorialError
from workbench.settings import BASE_IMAGE, LABEL, PATHS, Paths
from workbench.text import plain, safe

LOG_SIZE = 1_000_000  # bytes of a log that are read, the last ones
LONGEST = 300  # characters of a line that a verdict repeats
FAILED = 126  # what a shell says of a command that can't be started


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
    app : pathlib.Path
        The folder with the program that you put into images.
    since : float or None
        When the page began, in seconds since 1970 by the engine's clock. Containers without labels that were made
        since then are yours, from the command line. None where only labels count.
    alone : bool
        Whether no other copy of the page is open, which could claim what has no labels just as well.
    seen : dict of str to str
        What a check came upon that was made since the page began, without labels: IDs, by kind and name.
    """

    client: docker.DockerClient
    session: str
    image: str
    paths: Paths = PATHS
    app: Path = PATHS.app
    since: float | None = None
    alone: bool = True
    seen: dict[str, str] = field(default_factory=dict, compare=False)

    def running(self, image: str) -> list[Container]:
        """List your running containers of one image, the newest first."""
        return [container for container in self.containers(image) if container.status == "running"]

    def containers(self, image: str = "") -> list[Container]:
        """List your containers in whichever state, the newest first; with an image, those of it and of no other."""
        # The engine's filter also chooses containers of images that were built upon this one.
        filters: dict[str, str | list[str] | bool] = {"ancestor": image} if image else {}
        listed = self.client.containers.list(all=True, filters=filters, ignore_removed=True)
        found = self.find_image(image) if image and listed else None
        matching = [one for one in listed if found is None or one.attrs["Image"] == found.id]
        return [one for one in matching if self._counts(one, image)]

    def find_image(self, name: str) -> Image | None:
        """Find an image by its name; None where the engine has none of that name."""
        try:
            image = self.client.images.get(name)
        except ImageNotFound:
            return None
        if self.session not in name or LABEL in image.labels:
            return image
        # Docker notes when a name was given; an image that a build took from its cache is older.
        named = image.attrs.get("Metadata", {}).get("LastTagTime") or image.attrs["Created"]
        if self._is_recent(image.attrs["Created"]) or self._is_recent(named):
            self.seen[f"image {name}"] = str(image.id)
        return image if self.alone else None

    def base_layers(self) -> list[str]:
        """List the checksums of the base image's layers.

        Raises
        ------
        TutorialError
            Where the base image is gone.
        """
        base = self.find_image(BASE_IMAGE)
        if base is None:
            raise TutorialError(
                f"{BASE_IMAGE} is not on this engine any more.", f"Get it back: docker pull {BASE_IMAGE}"
            )
        return layers(base)

    @contextmanager
    def trial(self, image: Image, command: list[str] | None = None) -> Iterator[Container]:
        """Make a container of an image, not started, that is gone afterwards; a command replaces ENTRYPOINT too."""
        entrypoint: list[str] | None = None if command is None else []
        marks = lesson_labels(self.session)
        container = self.client.containers.create(image, command, entrypoint=entrypoint, labels=marks)
        try:
            yield container
        finally:
            container.remove(force=True, v=True)

    def _counts(self, container: Container, image: str) -> bool:
        """Tell whether a container is yours; where any image will do, one without labels must be of your repository."""
        if LABEL in container.labels:
            return container.labels.items() >= lesson_labels(self.session).items()
        if not self._is_recent(container.attrs["Created"]):
            return False
        if not image and self.session not in container.attrs["Config"]["Image"]:
            return False
        self.seen[f"container {container.name}"] = str(container.id)
        return self.alone

    def _is_recent(self, written: str) -> bool:
        return self.since is not None and clock.seconds(written) >= self.since


def run_inside(container: Container, command: str | list[str]) -> tuple[int, str]:
    """Run one more command in a container; return its exit code and what it printed.

    Where the container doesn't run, or is paused, or has no such program, the exit code is not 0.
    The same on the command line: ``docker exec CONTAINER COMMAND``.
    """
    try:
        code, output = cast(tuple[int | None, bytes], container.exec_run(command))
    except APIError as error:
        if error.status_code not in (HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST):
            raise
        return FAILED, ""
    # A busy engine may not know yet how a command ended that could not be started.
    return FAILED if code is None else code, output.decode(errors="replace")


def keeps_log(container: Container) -> bool:
    """Tell whether the engine keeps what a container's program prints."""
    return bool(container.attrs["HostConfig"]["LogConfig"]["Type"] != "none")


def log_of(container: Container) -> str:
    """Read the last of what a container's program has printed, without colors; empty where no log is kept.

    The same on the command line: ``docker logs CONTAINER``.
    """
    log = container.logs() if keeps_log(container) else b""
    return plain(log[-LOG_SIZE:].decode(errors="replace")).strip()


def cut(line: str) -> str:
    """Give what fits into a verdict of a line."""
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


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
    return image.attrs["RootFS"].get("Layers") or []


def why_not_started(error: str) -> str:
    """Cut from a start's error what all releases say alike; each puts other words before that, and maybe behind it."""
    said = error.rpartition("container process: ")[2]
    return said.removeprefix("error during container init: ").removesuffix(": unknown")


Check = Callable[[EngineState], CheckResult]
