"""The base image: Docker Hub's where that works, else a stand-in served by our own mirror."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import count
from pathlib import Path

import docker
from docker.errors import ImageNotFound
from docker.models.images import Image

from workbench.provision import mirror, registries, standin_image
from workbench.provision.base_pull import ask, pull
from workbench.provision.base_record import OURS, Served, digests, forget, is_hollow, record, recorded, says_official
from workbench.settings import BASE_IMAGE, BASE_REPOSITORY, BASE_TAG, LOOPBACK, STANDIN_LABEL, Paths
from workbench.text import say


class BaseImage(Enum):
    """What the base image of an engine can be."""

    MISSING = "missing"
    STANDIN = "a stand-in"
    OFFICIAL = "Docker Hub's"
    UNKNOWN = "not known to come from Docker Hub"


@dataclass(frozen=True)
class Base:
    """What ``python:3.8.10`` is on an engine.

    Attributes
    ----------
    kind : BaseImage
    origin : str
        What a stand-in says of itself, or where an official image came from; empty for any other.
    """

    kind: BaseImage
    origin: str = ""

    def __bool__(self) -> bool:
        return self.kind is not BaseImage.MISSING


def ensure(paths: Paths, client: docker.DockerClient, yes: bool = False) -> bool:
    """Make sure that ``python:3.8.10`` is on this engine and, where possible, can be pulled.

    Parameters
    ----------
    paths : Paths
    client : docker.DockerClient
    yes : bool
        Install system packages that a stand-in needs without asking.

    Returns
    -------
    bool
        Whether ``docker pull python:3.8.10`` works here, unchanged.
    """
    mirror.guard(paths, client)
    _drop_hollow(paths, client)
    known = _fitting(client, mirror.kept(paths, client))
    refusal = ask(paths, client, known) if describe(paths, client) else _pull_missing(paths, client, known)
    if refusal:
        say(f"Docker Hub can't serve {BASE_IMAGE} here: {refusal}")
        if not describe(paths, client):
            say("Making a stand-in for it on this machine; this takes about a minute.")
            standin_image.build(paths, client, yes=yes)
            _note_brought(paths, client)
            known = None
        if known is None:
            record(paths, mirror.fill(paths, client))
            _say_what_is_served(paths, client)
    if mirror.is_asked(paths, client):
        mirror.start(paths, client)  # also where it is empty: then no other program gets its port
    keep_name(paths, client)
    return not refusal or not ask(paths, client, recorded(paths))


def _drop_hollow(paths: Paths, client: docker.DockerClient) -> None:
    """Take the name from an image of which the engine can't say what is in it, and forget the mirror that gave it."""
    image = _find(client)
    if image is None or not is_hollow(image):
        return
    say(
        f"{BASE_IMAGE} on this engine shows neither layers nor labels, as happens where the engine's image store was "
        "changed. It is fetched or made again."
    )
    client.images.remove(BASE_IMAGE, force=True)
    if mirror.kept(paths, client):
        mirror.discard(paths, client)
        forget(paths)


def _fitting(client: docker.DockerClient, known: Served | None) -> Served | None:
    """Give what the mirror serves; None where this engine's stand-in is another one, or has another form.

    An engine whose image store was changed packs that image differently; pulled from the mirror, it would be hollow.
    """
    image = _find(client)
    standin = image.labels.get(STANDIN_LABEL) if image else None
    return None if image and known and standin and not known.matches(image) else known


def _find(client: docker.DockerClient) -> Image | None:
    try:
        return client.images.get(BASE_IMAGE)
    except ImageNotFound:
        return None


def _pull_missing(paths: Paths, client: docker.DockerClient, known: Served | None) -> str:
    """Pull the base where none is here; say why that failed, empty where it worked."""
    asked = mirror.is_asked(paths, client)
    if asked:
        mirror.start(paths, client)
    refusal = pull(paths, client, known if asked else None)
    if not refusal:
        _note_brought(paths, client)
        if not (asked and known):
            image = client.images.get(BASE_IMAGE)
            label, source = image.labels.get(STANDIN_LABEL, ""), mirror.source_beyond(paths, client)
            record(paths, Served(digests(image), label, source))
    return refusal


def keep_name(paths: Paths, client: docker.DockerClient) -> None:
    """Give the base a second name where the next pull would take its only one, as with an image of your own."""
    image, known = client.images.get(BASE_IMAGE), recorded(paths)
    if len(image.tags) > 1 or _stays(image, known):
        return
    taken = {tag for other in client.images.list(BASE_REPOSITORY) for tag in other.tags}
    names = (f"{BASE_TAG}-yours-{n}" for n in count(1))
    tag = next(name for name in names if f"{BASE_REPOSITORY}:{name}" not in taken)
    image.tag(BASE_REPOSITORY, tag)
    say(
        f"{BASE_IMAGE} on this engine isn't the image that `docker pull {BASE_IMAGE}` gives here. Chapters 01 and 02 "
        f"pull it, and the name then goes to the other image. Yours keeps the name {BASE_REPOSITORY}:{tag}."
    )


def _stays(image: Image, known: Served | None) -> bool:
    """Tell whether a pull leaves an image its name; where nothing is known yet, whether a pull gave it."""
    return known.matches(image) if known else len(digests(image)) > 1


def _say_what_is_served(paths: Paths, client: docker.DockerClient) -> None:
    if describe(paths, client).kind is not BaseImage.STANDIN:
        port = registries.port(paths, registries.MIRROR)
        say(f"The mirror on {LOOPBACK}:{port} serves your {BASE_IMAGE} to every user of this machine.")


def brought(paths: Paths) -> Path:
    """Where the ID of the base is kept that we pulled or made: ``clean --all`` removes no other."""
    return paths.state / "base.brought"


def _note_brought(paths: Paths, client: docker.DockerClient) -> None:
    brought(paths).write_text(str(client.images.get(BASE_IMAGE).id))


def is_brought(paths: Paths, client: docker.DockerClient) -> bool:
    """Tell whether the base is the image that we pulled or made, and not a user's own."""
    try:
        return brought(paths).read_text() == client.images.get(BASE_IMAGE).id
    except (FileNotFoundError, ImageNotFound):
        return False


def describe(paths: Paths, client: docker.DockerClient, image: str = "") -> Base:
    """Look at the base: it is official where its digest and its own settings say so, and it has no stand-in's label."""
    try:
        found = client.images.get(image or BASE_IMAGE)
    except ImageNotFound:
        return Base(BaseImage.MISSING)
    if label := found.labels.get(STANDIN_LABEL):
        return Base(BaseImage.STANDIN, label)
    known = recorded(paths)
    if known is None or known.source == OURS or not known.matches(found) or not says_official(found):
        return Base(BaseImage.UNKNOWN)
    return Base(BaseImage.OFFICIAL, known.source)


def in_words(paths: Paths, client: docker.DockerClient, image: str = "") -> str:
    """Name the base and where it comes from, for a sentence."""
    name, base = image or BASE_IMAGE, describe(paths, client, image)
    words = {
        BaseImage.MISSING: f"no {name}",
        BaseImage.STANDIN: f"a stand-in for {name}, {base.origin}",
        BaseImage.OFFICIAL: f"{name} from {base.origin}",
        BaseImage.UNKNOWN: f"{name}, which isn't known to come from Docker Hub",
    }
    return words[base.kind]


def how_to_pull(paths: Paths) -> str:
    """Say how an engine that has no mirror, and cannot reach Docker Hub, is given ours."""
    mirror = f"http://{LOOPBACK}:{registries.port(paths, registries.MIRROR)}"
    return (
        f"{BASE_IMAGE} is on this engine, but `docker pull {BASE_IMAGE}` fails: the engine was running "
        "before us and asks no mirror. Everything else works. To let it pull, add\n"
        f'  "registry-mirrors": ["{mirror}"]\n'
        "to /etc/docker/daemon.json, then reload its settings: sudo kill -HUP $(pidof dockerd)"
    )
