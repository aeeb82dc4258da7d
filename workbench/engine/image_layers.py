"""What each instruction of an image added, ours apart from the base's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import ImageNotFound, NullResource
from docker.models.images import Image

from workbench.errors import TutorialError
from workbench.settings import BASE_IMAGE

# The classic builder notes commands as it ran them, BuildKit as they stand in the Dockerfile.
SHELL = re.compile(r"^(?:RUN )?(?:\|\d+ .*?)?/bin/sh -c (?!#\(nop\))")
SETTING = re.compile(r"^/bin/sh -c #\(nop\)\s+")
COPIED = re.compile(r"\b(?:file|dir|multi):[0-9a-f]+ in ")
# These change files, all others only settings. Where a size of 0 leaves it open, the first are the likelier.
CHANGES_FILES = ("ADD", "COPY", "WORKDIR", "RUN")


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile and what came of it.

    Attributes
    ----------
    text : str
        The instruction, nearly as it stood in the Dockerfile.
    size : int
        Bytes of the files that it added.
    layer : str
        The layer's checksum; empty where the instruction changed settings and no files.
    """

    text: str
    size: int
    layer: str


@dataclass(frozen=True)
class ImageLayers:
    """An image, from the bottom up.

    Attributes
    ----------
    name : str
    base : str
        The name of the base image; empty where the image does not start from it, and then all is ours.
    base_layers, base_size : int
        How many layers the base has, and their bytes.
    ours : tuple of Instruction
        What came on top of the base, the first first.
    """

    name: str
    base: str
    base_layers: int
    base_size: int
    ours: tuple[Instruction, ...]

    @property
    def added(self) -> int:
        """Bytes that came on top of the base."""
        return sum(instruction.size for instruction in self.ours)


def read(client: docker.DockerClient, name: str, base: str = BASE_IMAGE) -> ImageLayers:
    """Ask the engine how an image was made.

    The same on the command line: ``docker history --no-trunc NAME`` and
    ``docker inspect --format '{{json .RootFS.Layers}}' NAME``; neither says which layer belongs to
    which instruction.

    Parameters
    ----------
    client : docker.DockerClient
    name : str
        Name or ID of an image.
    base : str
        Name of the image that it was built on.

    Raises
    ------
    TutorialError
        Where the engine has no image of that name. A base that is gone leaves everything to be ours.
    """
    try:
        image = client.images.get(name)
    except (ImageNotFound, NullResource):
        raise TutorialError(f"No image on this engine is called {name!r}.", "See which are: docker images") from None
    steps, layers = _steps(image), _checksums(image)
    try:
        below = client.images.get(base)
    except ImageNotFound:
        return ImageLayers(name, "", 0, 0, _joined(steps, layers))
    base_steps, base_layers = _steps(below), _checksums(below)
    if steps[: len(base_steps)] != base_steps or layers[: len(base_layers)] != base_layers:
        return ImageLayers(name, "", 0, 0, _joined(steps, layers))
    ours = _joined(steps[len(base_steps) :], layers[len(base_layers) :])
    return ImageLayers(name, base, len(base_layers), sum(size for _, size in base_steps), ours)


def _steps(image: Image) -> list[tuple[str, int]]:
    """List the instructions that made an image, each with the bytes that it added, the first first."""
    history: list[dict[str, Any]] = image.history()
    return [(instruction(step["CreatedBy"]), int(step["Size"])) for step in reversed(history)]


def _checksums(image: Image) -> list[str]:
    return image.attrs["RootFS"].get("Layers") or []


def _joined(steps: list[tuple[str, int]], layers: list[str]) -> tuple[Instruction, ...]:
    """Join the history, which knows instructions, with the layers, of which the engine knows checksums only."""
    filled, checksums = _filled(steps, len(layers)), iter(layers)
    return tuple(
        Instruction(text, size, next(checksums, "") if number in filled else "")
        for number, (text, size) in enumerate(steps)
    )


def _filled(steps: list[tuple[str, int]], layers: int) -> set[int]:
    """Find the steps that made a layer.

    The engine doesn't say. A step with bytes did; one without any may have, as ``RUN touch file`` does.
    """
    filled = {number for number, (_, size) in enumerate(steps) if size}
    kinds = {number: text.partition(" ")[0] for number, (text, _) in enumerate(steps) if number not in filled}
    maybe = [number for kind in CHANGES_FILES for number, found in kinds.items() if found == kind]
    return filled | set(maybe[: max(0, layers - len(filled))])


def instruction(created_by: str) -> str:
    """Write a line of the history as it stood in the Dockerfile, as far as the engine has kept that.

    It keeps no names of copied files, only a checksum over them.
    """
    text = created_by.strip().removesuffix("# buildkit").strip()
    if SETTING.match(text):
        return COPIED.sub("... ", SETTING.sub("", text))
    return SHELL.sub("RUN ", text)
