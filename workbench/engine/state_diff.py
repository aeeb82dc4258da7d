"""What the engine gained and lost while a piece of code ran: ours only, and the same words each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import ImageNotFound

from workbench.engine import image_list
from workbench.engine.client import ENGINE_ERRORS
from workbench.settings import BASE_IMAGE
from workbench.text import one_line, say

# Names that Docker makes up, such as `quirky_einstein`; they tell nothing and differ each time.
MADE_UP = re.compile(r"[a-z]+_[a-z]+\d?")
IMAGE_ID = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}")
ANONYMOUS = re.compile(r"[0-9a-f]{64}")
GOING = ("removing", "dead")  # a container on its way out


@dataclass(frozen=True)
class State:
    """What of ours is on the engine, without what differs from run to run.

    Attributes
    ----------
    images : dict of str to tuple of str
        IDs, and the names tied to each.
    layers : frozenset of str
        Checksums of the layers that these images have on top of the base image.
    containers : dict of str to tuple of str
        IDs, and what each is called and what state it is in.
    ports : frozenset of tuple of str
        Container ports that are published, each with its container's ID and the address that it is open at.
    volumes, networks : frozenset of str
    """

    images: dict[str, tuple[str, ...]]
    layers: frozenset[str]
    containers: dict[str, tuple[str, str]]
    ports: frozenset[tuple[str, str, str]]
    volumes: frozenset[str]
    networks: frozenset[str]

    @property
    def names(self) -> dict[str, str]:
        """Names of images, each with the ID that it is tied to."""
        return {name: image for image, names in self.images.items() for name in names}


@contextmanager
def changes(client: docker.DockerClient, labels: dict[str, str]) -> Iterator[None]:
    """Print what the engine gained and lost while the block ran.

    The same on the command line: ``docker images``, ``docker ps -a``, ``docker volume ls`` and
    ``docker network ls`` before and after, each with ``--filter label=...``, and a look at what differs.

    Parameters
    ----------
    client : docker.DockerClient
    labels : dict of str to str
        What to look at: that which carries these labels.
    """
    before = read(client, labels)
    try:
        yield
    finally:  # also where the block fails: then it matters all the more
        try:
            lines = differences(before, read(client, labels))
        except ENGINE_ERRORS:
            lines = ["The engine no longer answers, so nobody can say what has changed. Look with: docker version"]
        say(*lines, sep="\n")


def read(client: docker.DockerClient, labels: dict[str, str]) -> State:
    """Ask the engine for what carries these labels."""
    chosen = {"label": [f"{key}={value}" for key, value in labels.items()]}
    containers = [one for one in client.api.containers(all=True, filters=chosen) if one["State"] not in GOING]
    images = image_list.listed(client, filters=chosen)
    return State(
        images={image["Id"]: _names(image) for image in images},
        layers=_layers(client, *(image["Id"] for image in images)) - _layers(client, BASE_IMAGE),
        containers={one["Id"]: (_called(one), one["State"]) for one in containers},
        ports=frozenset(port for one in containers for port in _ports(one)),
        volumes=frozenset(map(_volume, client.api.volumes(filters=chosen)["Volumes"] or [])),
        networks=frozenset(network["Name"] for network in client.api.networks(filters=chosen)),
    )


def differences(before: State, after: State) -> list[str]:
    """Say what was gained (+), lost (-) and changed (~), one thing a line."""
    kinds = (
        _of_images(before, after),
        _of_names(before, after),
        _of_layers(before, after),
        _of_containers(before, after),
        _of_sets("port", _open_ports(before, after.containers), _open_ports(after, after.containers)),
        _of_sets("volume", before.volumes, after.volumes),
        _of_sets("network", before.networks, after.networks),
    )
    return [one_line(line) for lines in kinds for line in sorted(lines)] or ["Nothing gained, nothing lost."]


def _of_images(before: State, after: State) -> Iterator[str]:
    for sign, one, other in (("+", after, before), ("-", before, after)):
        for image in one.images.keys() - other.images.keys():
            yield f"{sign} image {' = '.join(one.images[image]) or 'without a name'}"


def _of_names(before: State, after: State) -> Iterator[str]:
    for name, image in after.names.items():
        if before.names.get(name, image) != image:
            yield f"~ name {name}, of another image now"
    for image in after.images.keys() & before.images.keys():
        gained = [name for name in after.images[image] if name not in before.names]
        lost = [name for name in before.images[image] if name not in after.names]
        if len(gained) == len(lost) == 1:
            yield f"~ name {gained[0]}, {lost[0]} before"
            continue
        yield from (f"+ name {name}, of an image that was here" for name in gained)
        yield from (f"- name {name}, of an image that stays" for name in lost)


def _of_layers(before: State, after: State) -> Iterator[str]:
    for sign, changed in (("+", after.layers - before.layers), ("-", before.layers - after.layers)):
        if changed:
            yield f"{sign} {len(changed)} layer{'s' if len(changed) > 1 else ''} of ours"


def _of_containers(before: State, after: State) -> Iterator[str]:
    for container, (called, state) in after.containers.items():
        earlier, ran = before.containers.get(container, (called, ""))
        now = f", {state} now, {ran} before" if ran != state else ""
        if not ran:
            yield f"+ container {called}, {state}"
        elif earlier != called:
            yield f"~ container {called}, called {earlier.removeprefix('of ')} before{now}"
        elif now:
            yield f"~ container {called}{now}"
    for container in before.containers.keys() - after.containers.keys():
        called, state = before.containers[container]
        yield f"- container {called}, {state} before"


def _of_sets(kind: str, before: frozenset[str], after: frozenset[str]) -> Iterator[str]:
    yield from (f"+ {kind} {name}" for name in after - before)
    yield from (f"- {kind} {name}" for name in before - after)


def _names(image: dict[str, Any]) -> tuple[str, ...]:
    tags = [tag for tag in image.get("RepoTags") or [] if not tag.startswith("<none>")]
    # Pulled by its digest, an image has no tag. The digest itself is a number like the ID.
    digests = [f"{name.partition('@')[0]} by digest" for name in image.get("RepoDigests") or [] if "<none>" not in name]
    return tuple(sorted(tags or digests))


def _layers(client: docker.DockerClient, *images: str) -> frozenset[str]:
    found: set[str] = set()
    for image in images:
        with suppress(ImageNotFound):  # removed meanwhile
            found.update(client.images.get(image).attrs["RootFS"].get("Layers") or [])
    return frozenset(found)


def _called(container: dict[str, Any]) -> str:
    name = str((container["Names"] or ["/"])[0]).lstrip("/")
    if name and not MADE_UP.fullmatch(name):
        return name
    image = str(container["Image"])
    return f"of {'an image without a name' if IMAGE_ID.fullmatch(image) else image}"


def _ports(container: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """List the published ports; which host port it is was a matter of what was free."""
    for port in container["Ports"] or []:
        if "PublicPort" in port:
            yield container["Id"], f"{port['PrivatePort']}/{port['Type']}", port.get("IP") or "all addresses"


def _open_ports(state: State, now: dict[str, tuple[str, str]]) -> frozenset[str]:
    """Write the ports, by what their containers are called now: a rename closes none."""
    called = {container: name for container, (name, _) in {**state.containers, **now}.items()}
    return frozenset(f"{port} of container {called[one]}, open at {place}" for one, port, place in state.ports)


def _volume(volume: dict[str, Any]) -> str:
    name = str(volume["Name"])
    return "without a name" if ANONYMOUS.fullmatch(name) else name
