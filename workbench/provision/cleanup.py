"""Remove what the tutorial made from the engine, and say how much room that gave back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import docker
from docker.errors import APIError, ImageNotFound

from workbench.engine import by_hand, image_list, labels
from workbench.engine import client as engine
from workbench.engine.labels import Swept
from workbench.provision import base_image, base_record, mirror, registries
from workbench.settings import APP_NAME, BASE_IMAGE, CI, LESSON, SERVICE, Paths
from workbench.system.apt import agreed
from workbench.system.username import username
from workbench.text import say


def clean(paths: Paths, *, everything: bool, yes: bool) -> int:
    """List what is ours, ask, remove it; then do the same with what you made without labels, but never unasked.

    Parameters
    ----------
    paths : Paths
    everything : bool
        Also what serves this checkout alone, its registries with what was pushed to them; and what all checkouts of
        this engine share, unless another one still needs it.
    yes : bool
        Don't ask.

    Returns
    -------
    int
        Exit code: 1 where the answer was no.
    """
    client = engine.connect()
    code = _clean_ours(paths, client, everything=everything, yes=yes)
    offer_yours(paths, client, ask=not (yes or CI))
    return code


def _clean_ours(paths: Paths, client: docker.DockerClient, *, everything: bool, yes: bool) -> int:
    lessons = labels.own_filters(paths, client, LESSON)
    names = [name for chosen in lessons for name in labels.find_by(paths, client, chosen).names()]
    services = _services_to_remove(paths, client, names) if everything else Swept()
    names += services.names()
    if not names:
        say("Nothing of ours is here.")
        return 0
    say("Ours:", *sorted(names), sep="\n  ")
    if not (yes or CI or agreed("Remove all of this?")):
        say("Nothing was removed.")
        return 1
    before = _bytes_used(client)
    for chosen in lessons:
        labels.sweep_by(paths, client, chosen)
    if everything:
        _remove(paths, client, services)
    after = _bytes_used(client)
    say("Removed." if before is None or after is None else f"Removed. {before - after:,} bytes came back.")
    return 0


def offer_yours(paths: Paths, client: docker.DockerClient, *, ask: bool) -> None:
    """List what you made under the name that the pages teach, and what a check has counted; remove it if you agree."""
    containers, images = by_hand.found(paths, client, f"{username()}/{APP_NAME}")
    if not (containers or images):
        return
    say("Yours, made without the pages' labels:", *map(_named, containers), *images, sep="\n  ")
    if not (ask and agreed("Remove this too?")):
        say("Yours stays.")
        return
    for container in containers:
        labels.removed(client.api.remove_container, container["Id"], force=True, v=True)
    for image in images:
        labels.removed(client.api.remove_image, image)
    by_hand.forget(paths)


def _named(container: dict[str, Any]) -> str:
    return f"{labels.container_name(container)} ({labels.whose(container)})"


def _services_to_remove(paths: Paths, client: docker.DockerClient, lessons: list[str]) -> Swept:
    """List what serves this checkout, and the images that serve all; without what others on this engine still need."""
    services = labels.find(paths, client, SERVICE)
    ours = Swept(
        containers=[name for name in services.containers if _is_ours(paths, name)],
        images=[*services.images, BASE_IMAGE] if base_image.is_brought(paths, client) else services.images,
        volumes=[name for name in services.volumes if _is_ours(paths, name)],
    )
    everything = {*services.names(), *labels.find(paths, client, LESSON).names()}
    others = everything.difference(ours.names(), lessons)
    return _without_shared(paths, client, ours, others) if others else ours


def _is_ours(paths: Paths, name: str) -> bool:
    return name.endswith(f"-{registries.checkout(paths)}")


def _without_shared(paths: Paths, client: docker.DockerClient, ours: Swept, others: set[str]) -> Swept:
    """Leave out what another checkout or user needs too, and say so: all images, and the mirror if all pull from it."""
    shared = registries.container_name(paths, registries.MIRROR) if mirror.is_asked(paths, client) else ""
    alone = Swept(
        containers=[name for name in ours.containers if name != shared],
        volumes=[name for name in ours.volumes if name != shared],
    )
    if staying := set(ours.names()).difference(alone.names()):
        say("These stay, since other checkouts or users of this engine need them:", *sorted(staying), sep="\n  ")
        say("What they have here:", *sorted(others), sep="\n  ")
    return alone


def _remove(paths: Paths, client: docker.DockerClient, services: Swept) -> None:
    for name in services.containers:
        labels.removed(client.api.remove_container, name, force=True, v=True)
    for name in services.volumes:
        labels.removed(client.api.remove_volume, name, force=True)
    for name in services.images:
        _remove_image(paths, client, name)
    if not registries.runs(paths, client, registries.MIRROR):
        base_record.forget(paths)


def _remove_image(paths: Paths, client: docker.DockerClient, image: str) -> None:
    try:
        client.images.remove(image)
    except ImageNotFound:  # another user's `clean` was faster
        pass
    except APIError as error:
        if error.status_code != HTTPStatus.CONFLICT:
            raise
        say(f"{image} stays, because it is in use by {_users(client, image)}.")
        return
    if image == BASE_IMAGE:
        base_image.brought(paths).unlink(missing_ok=True)


def _users(client: docker.DockerClient, image: str) -> str:
    """Name the containers of an image, each with its command: a build by hand gives them names that nobody knows."""
    containers = client.api.containers(all=True, filters={"ancestor": image})
    return ", ".join(f"container {labels.container_name(one)} ({one['Command']})" for one in containers)


def _bytes_used(client: docker.DockerClient) -> int | None:
    """Count the bytes that images, containers and volumes take; None where the engine doesn't say.

    The same on the command line: ``docker system df``.
    """
    try:
        usage = image_list.undisturbed(client.df)
    except APIError:  # it counts for one program at a time, and refuses a second one meanwhile
        return None
    if not usage.keys() >= {"LayersSize", "Containers", "Volumes"}:  # API 1.53 tells it in another way
        return None
    containers = sum(container.get("SizeRw", 0) for container in usage["Containers"] or [])
    volumes = sum(max(volume["UsageData"]["Size"], 0) for volume in usage["Volumes"] or [])
    return int(usage["LayersSize"] + containers + volumes)
