"""Mark what the tutorial makes; sweep it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import docker
from docker.errors import APIError, NotFound

from workbench.names import username
from workbench.settings import LABEL, LESSON, SERVICE, SESSION_LABEL
from workbench.text import one_line
from workbench.views.amounts import moment


def lesson_labels(session: str) -> dict[str, str]:
    """Labels for everything that one run of a notebook makes.

    The same on the command line: ``--label containers-hands-on=lesson``, and so on.
    """
    return {LABEL: LESSON, SESSION_LABEL: session}


def service_labels() -> dict[str, str]:
    """Labels for what serves all of a user's notebooks."""
    return {LABEL: SERVICE, SESSION_LABEL: f"{username()}/{SERVICE}"}


@dataclass
class Swept:
    """What a sweep removed, as names that a person would recognise."""

    containers: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        """Everything, by kind and name: ``image username/degrees_api:1.0``."""
        kinds = {
            "container": self.containers,
            "image": self.images,
            "network": self.networks,
            "volume": self.volumes,
        }
        return [one_line(f"{kind} {name}") for kind, names in kinds.items() for name in names]

    def __str__(self) -> str:
        counts = {
            "container": len(self.containers),
            "image": len(self.images),
            "network": len(self.networks),
            "volume": len(self.volumes),
        }
        parts = [f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counts.items() if n]
        return "Removed " + (", ".join(parts) or "nothing: there was nothing of ours")


def label_filter(value: str, session: str | None = None) -> dict[str, list[str]]:
    """Filter for ``docker ... ls --filter label=...``."""
    labels = [f"{LABEL}={value}"]
    if session is not None:
        labels.append(f"{SESSION_LABEL}={session}")
    return {"label": labels}


def is_own(session: str) -> bool:
    """Tell whether a session is of a notebook that this user ran."""
    return session.startswith(f"{username()}/")


def own_sessions(client: docker.DockerClient, value: str) -> list[str]:
    """List the sessions of this user that have left something; several users may share an engine."""
    chosen = label_filter(value)
    left = [
        *client.api.containers(all=True, filters=chosen),
        *client.api.images(filters=chosen),
        *client.api.networks(filters=chosen),
        *(client.api.volumes(filters=chosen)["Volumes"] or []),
    ]
    sessions = {str(thing["Labels"].get(SESSION_LABEL, "")) for thing in left}
    return sorted(filter(is_own, sessions))


def find(client: docker.DockerClient, value: str = LESSON, session: str | None = None) -> Swept:
    """List what a sweep would remove, and remove nothing."""
    chosen = label_filter(value, session)
    return Swept(
        containers=[container_name(listed) for listed in client.api.containers(all=True, filters=chosen)],
        images=[_image_name(image) for image in client.api.images(filters=chosen)],
        networks=[network["Name"] for network in client.api.networks(filters=chosen)],
        volumes=[volume["Name"] for volume in client.api.volumes(filters=chosen)["Volumes"] or []],
    )


def sweep(client: docker.DockerClient, value: str = LESSON, session: str | None = None) -> Swept:
    """Remove what carries our label; leave everything else alone.

    Parameters
    ----------
    client : docker.DockerClient
    value : str
        Which of ours: ``settings.LESSON`` or ``settings.SERVICE``.
    session : str, optional
        Only what this run of a notebook made.

    Notes
    -----
    Containers inherit their image's labels, so a container started without any from one of our
    images is ours too. The same on the command line::

        docker ps -aq --filter label=containers-hands-on=lesson | xargs docker rm -f -v
        docker images -q --filter label=containers-hands-on=lesson | xargs docker rmi -f
    """
    chosen = label_filter(value, session)
    swept = Swept()
    for container in client.api.containers(all=True, filters=chosen):
        if _removed(client.api.remove_container, container["Id"], force=True, v=True):
            swept.containers.append(container_name(container))
    images = client.api.images(filters=chosen)
    # Again until nothing more goes: an image stays while one that was built from it is there.
    while gone := [image for image in images if _removed(client.api.remove_image, image["Id"], force=True)]:
        swept.images += map(_image_name, gone)
        images = [image for image in images if image not in gone]
    for network in client.api.networks(filters=chosen):
        if _removed(client.api.remove_network, network["Id"]):
            swept.networks.append(network["Name"])
    for volume in client.api.volumes(filters=chosen)["Volumes"] or []:
        if _removed(client.api.remove_volume, volume["Name"], force=True):
            swept.volumes.append(volume["Name"])
    return swept


def container_name(listed: dict[str, Any]) -> str:
    """Give the name of a container that the engine lists; the ID of one that is about to go, and has no name more."""
    return str((listed["Names"] or [listed["Id"][:12]])[0]).lstrip("/")


def whose(container: dict[str, Any]) -> str:
    """Say of which image a container is, since when, and who made it, as words to put in parentheses.

    Parameters
    ----------
    container : dict
        As the engine lists it, or as it tells of one: ``docker ps`` or ``docker inspect``.
    """
    config, created = container.get("Config", container), container["Created"]
    session = str((config["Labels"] or {}).get(SESSION_LABEL, ""))
    maker = f"made by this tutorial for {session}" if session else "not made by this tutorial"
    # The one has seconds, the other a date with nanoseconds, of which Python reads six digits.
    seconds = created if isinstance(created, int) else datetime.fromisoformat(f"{created[:19]}+00:00").timestamp()
    return one_line(f"of the image {config['Image']}, since {moment(seconds)}, {maker}")


def _image_name(image: dict[str, Any]) -> str:
    tags: list[str] = image.get("RepoTags") or []
    unnamed = str(image["Id"]).split(":")[-1][:12]
    return next((tag for tag in tags if tag != "<none>:<none>"), unnamed)


def _removed(remove: Callable[..., Any], name: str, **options: bool) -> bool:
    """Remove one object; False where another session removed it first or still uses it."""
    try:
        remove(name, **options)
    except NotFound:
        return False
    except APIError as error:
        # A network that somebody's container uses is forbidden to remove; everything else in use is a conflict.
        if error.status_code in (HTTPStatus.CONFLICT, HTTPStatus.FORBIDDEN):
            return False
        raise
    return True
