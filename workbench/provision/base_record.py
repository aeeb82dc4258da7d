"""What a pull of the base image gives here, kept so that an image can be compared with it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from docker.models.images import Image

from workbench.settings import BASE_TAG, STANDIN_LABEL, Paths
from workbench.system.files import write_atomically

OURS = "the mirror on this machine"
DOCKER_HUB = "Docker Hub"
CACHE = "Docker Hub or a mirror of it"  # an engine that asks another mirror than ours doesn't say who answered


@dataclass(frozen=True)
class Served:
    """What ``docker pull python:3.8.10`` gave, or would give, when ``./tutorial start`` ran last.

    Attributes
    ----------
    digests : tuple of str
        Digests of its manifest and, where known, of its config. An engine uses one of them as the image's ID, which
        one depends on its image store.
    standin : str
        The stand-in's label; empty where it isn't a stand-in.
    source : str
        Where the engine gets it: ``OURS``, ``DOCKER_HUB`` or ``CACHE``.
    """

    digests: tuple[str, ...]
    standin: str
    source: str

    def matches(self, image: Image) -> bool:
        """Tell whether an image of the engine is this one.

        The label counts too: an engine whose image store was changed can hold the right ID with nothing behind it.
        """
        labelled = self.source != OURS or image.labels.get(STANDIN_LABEL, "") == self.standin
        return labelled and not set(self.digests).isdisjoint(digests(image))


def digests(image: Image) -> tuple[str, ...]:
    """List an image's ID, and the digests under which it was pulled: ``docker images --digests``."""
    pulled = (name.partition("@")[2] for name in image.attrs.get("RepoDigests") or [])
    return tuple(dict.fromkeys([str(image.id), *pulled]))


def is_hollow(image: Image) -> bool:
    """Tell whether the engine can't say what is in an image: it shows no layers, no labels and no settings.

    With the containerd image store, a pull skips the layers that another image has unpacked already. Where that image
    came from a file or from another store, their packed form is missing, and with it all that the engine could show.
    """
    return not (image.attrs.get("RootFS") or {}).get("Layers")


def says_official(image: Image) -> bool:
    """Tell whether an image says of itself what Docker Hub's ``python`` does, and no stand-in."""
    return f"PYTHON_VERSION={BASE_TAG}" in ((image.attrs.get("Config") or {}).get("Env") or [])


def record(paths: Paths, served: Served) -> None:
    """Keep what a pull gives here."""
    paths.state.mkdir(exist_ok=True)
    write_atomically(_file(paths), json.dumps(asdict(served)))


def forget(paths: Paths) -> None:
    """Keep nothing of what a pull gave here."""
    _file(paths).unlink(missing_ok=True)


def recorded(paths: Paths) -> Served | None:
    """Read what a pull gives here; None where ``./tutorial start`` hasn't seen it yet."""
    try:
        kept = json.loads(_file(paths).read_text(encoding="utf-8"))
        return Served(tuple(kept["digests"]), kept["standin"], kept["source"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _file(paths: Paths) -> Path:
    return paths.state / "base.json"
