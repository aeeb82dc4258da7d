"""What each instruction of an image added, ours apart from the base's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import docker
from docker.errors import ImageNotFound, NullResource
from docker.models.images import Image

from workbench.engine.image_history import Step, steps
from workbench.errors import TutorialError
from workbench.settings import BASE_IMAGE

UNKNOWN = "?"
NO_HISTORY = "(a layer without a history)"


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
        The layer's checksum; empty where the instruction made none, ``?`` where the engine doesn't say which, or
        whether any.
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
    made, layers = steps(image.history()), _checksums(image)
    try:
        below = client.images.get(base)
    except ImageNotFound:
        return ImageLayers(name, "", 0, 0, _joined(client, made, layers))
    base_steps, base_layers = steps(below.history()), _checksums(below)
    same = [(one.text, one.size) for one in base_steps] == [(one.text, one.size) for one in made[: len(base_steps)]]
    if not same or layers[: len(base_layers)] != base_layers:
        return ImageLayers(name, "", 0, 0, _joined(client, made, layers))
    ours = _joined(client, made[len(base_steps) :], layers[len(base_layers) :], len(base_layers))
    return ImageLayers(name, base, len(base_layers), sum(one.size for one in base_steps), ours)


def _checksums(image: Image) -> list[str]:
    return image.attrs["RootFS"].get("Layers") or []


def _joined(
    client: docker.DockerClient, made: list[Step], layers: list[str], below: int = 0
) -> tuple[Instruction, ...]:
    """Join the history, which knows instructions, with the layers above the base's, of which there are checksums."""
    counted = {number: count - below for number, count in _counted(client, made)}
    known = {0: 0, **counted, len(made): len(layers)}
    places = sorted(known)
    if len(places) == 1:  # no history at all
        return tuple(_part([], layers))
    parts = [_part(made[i:j], layers[known[i] : known[j]]) for i, j in pairwise(places)]
    return tuple(one for part in parts for one in part)


def _counted(client: docker.DockerClient, made: list[Step]) -> Iterator[tuple[int, int]]:
    """Count the layers after each step of which the engine has the image, as the classic builder leaves them."""
    for number, step in enumerate(made, 1):
        if step.image:
            with suppress(ImageNotFound):  # removed meanwhile
                yield number, len(_checksums(client.images.get(step.image)))


def _part(made: list[Step], layers: list[str]) -> Iterator[Instruction]:
    """Give layers to steps, as far as nothing else can be; some images have layers without a history."""
    filled = _filled(made, len(layers))
    open_ = [number for number, layer in enumerate(filled) if layer is None]
    first, last = (open_[0], open_[-1] + 1) if open_ else (len(made), len(made))
    lower, upper = iter(layers), iter(layers[len(layers) - filled[last:].count(True) :])
    for number, (step, layer) in enumerate(zip(made, filled)):
        checksum = "" if layer is False else UNKNOWN
        if layer and not first <= number < last:
            checksum = next(lower if number < first else upper, UNKNOWN)
        yield Instruction(step.text, step.size, checksum)
    for _ in range(len(layers) - len(made) + filled.count(False)):
        yield Instruction(NO_HISTORY, 0, UNKNOWN)


def _filled(made: list[Step], layers: int) -> list[bool | None]:
    """Decide on the steps of which the history doesn't tell whether they made a layer, where their number decides."""
    told = [one.layer for one in made]
    if layers == told.count(True):
        return [bool(one) for one in told]
    if layers == told.count(True) + told.count(None):
        return [one is not False for one in told]
    if told.count(True) < layers < told.count(True) + told.count(None):
        return list(told)
    return [False if one is False else None for one in told]  # the history isn't whole
