"""Mark what the tutorial makes; sweep it and nothing else."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import docker
from docker.errors import APIError, NotFound

from workbench.engine import build_steps, image_list
from workbench.settings import LABEL, LESSON, SERVICE, SESSION_LABEL, Paths
from workbench.system.units import moment
from workbench.system.username import username
from workbench.text import one_line


def lesson_labels(session: str) -> dict[str, str]:
    """Labels for everything that one run of a notebook makes.

    The same on the command line: ``--label containers-hands-on=lesson``, and so on.
    """
    return {LABEL: LESSON, SESSION_LABEL: _of_this_user(session)}


def service_labels() -> dict[str, str]:
    """Labels for what serves all notebooks: a registry, which its name ties to a checkout, or an image for everyone."""
    return {LABEL: SERVICE}


@dataclass
class Swept:
    """What a sweep removed, as names that a person would recognize."""

    containers: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    # Not counted below: how many there are depends on the cache.
    build_steps: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        """Everything, by kind and name: ``image username/degrees_api:1.0``."""
        kinds = {
            "container": self.containers,
            "image": self.images,
            "network": self.networks,
            "volume": self.volumes,
            "build step": self.build_steps,
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
        nothing = "what builds left" if self.build_steps else "nothing: there was nothing of ours"
        return "Removed " + (", ".join(parts) or nothing)


def label_filter(value: str, session: str | None = None) -> dict[str, list[str]]:
    """Filter for ``docker ... ls --filter label=...``."""
    labels = [f"{LABEL}={value}"]
    if session is not None:
        labels.append(f"{SESSION_LABEL}={_of_this_user(session)}")
    return {"label": labels}


def _of_this_user(session: str) -> str:
    """Put the user's id before a session's name: two users of one engine may go by the same name."""
    return f"{os.getuid()}/{session}"


def own_session(labelled: str) -> str | None:
    """Read a session's name off the value of its label; None where another user ran it.

    Earlier versions wrote no user id. What they made counts as yours only where the name is your login name, which no
    other user of this machine has.
    """
    if labelled.startswith(f"{_of_this_user(username())}/"):
        return labelled.removeprefix(_of_this_user(""))
    return labelled if labelled.startswith(f"{_login()}/") else None


def _login() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a user whom the system doesn't know, as in containers
        return ""


def own_filters(paths: Paths, client: docker.DockerClient, value: str) -> list[dict[str, list[str]]]:
    """Give a filter for each session of this user that has left something; several users may share an engine."""
    chosen = label_filter(value)
    left = [
        *client.api.containers(all=True, filters=chosen),
        *image_list.listed(client, filters=chosen),
        *client.api.networks(filters=chosen),
        *(client.api.volumes(filters=chosen)["Volumes"] or []),
        *build_steps.noted(paths, chosen),
    ]
    sessions = {str(thing["Labels"].get(SESSION_LABEL, "")) for thing in left}
    return [{"label": [*chosen["label"], f"{SESSION_LABEL}={own}"]} for own in sorted(sessions) if own_session(own)]


def taken(client: docker.DockerClient, repository: str) -> list[str]:
    """List the images and containers that have names of this repository and that no notebook of this user made.

    Names with the address of a registry in front count as well, since a page that pushes gives such a name.
    """
    images = [name for image in image_list.listed(client) if not _is_ours(image) for name in image["RepoTags"] or []]
    prefix = f"{repository.replace('/', '-')}-"
    containers = [container_name(one) for one in client.api.containers(all=True) if not _is_ours(one)]
    return [
        *(f"image {name}" for name in images if f"/{repository}:" in f"/{name}"),
        *(f"container {name}" for name in containers if name.startswith(prefix)),
    ]


def find(paths: Paths, client: docker.DockerClient, value: str = LESSON, session: str | None = None) -> Swept:
    """List what a sweep would remove, and remove nothing."""
    return find_by(paths, client, label_filter(value, session))


def find_by(paths: Paths, client: docker.DockerClient, chosen: dict[str, list[str]]) -> Swept:
    """List what a filter chooses, of each kind."""
    steps = [*build_steps.containers(paths, client, chosen), *build_steps.images(paths, client, chosen)]
    return Swept(
        containers=[container_name(listed) for listed in client.api.containers(all=True, filters=chosen)],
        images=[_image_name(image) for image in image_list.listed(client, filters=chosen)],
        networks=[network["Name"] for network in client.api.networks(filters=chosen)],
        volumes=[volume["Name"] for volume in client.api.volumes(filters=chosen)["Volumes"] or []],
        build_steps=[_short(step["Id"]) for step in steps],
    )


def sweep(paths: Paths, client: docker.DockerClient, value: str = LESSON, session: str | None = None) -> Swept:
    """Remove what carries our label; leave everything else alone.

    Parameters
    ----------
    paths : Paths
    client : docker.DockerClient
    value : str
        Which of ours: ``settings.LESSON`` or ``settings.SERVICE``.
    session : str, optional
        Only what this run of a notebook made.

    Notes
    -----
    Containers inherit their image's labels, so a container started without any from one of our
    images is ours too; so is an image built from one of ours. What our builds left without a label goes
    as well, see ``build_steps``. The same on the command line::

        docker ps -aq --filter label=containers-hands-on=lesson | xargs docker rm -f -v
        docker images -q --filter label=containers-hands-on=lesson | xargs docker rmi -f
    """
    return sweep_by(paths, client, label_filter(value, session))


def sweep_by(paths: Paths, client: docker.DockerClient, chosen: dict[str, list[str]]) -> Swept:
    """Remove what a filter chooses, of each kind."""
    swept = Swept()
    for container in client.api.containers(all=True, filters=chosen):
        if removed(client.api.remove_container, container["Id"], force=True, v=True):
            swept.containers.append(container_name(container))
    swept.build_steps += _removed_steps(
        client.api.remove_container, build_steps.containers(paths, client, chosen), v=True
    )
    images = image_list.listed(client, filters=chosen)
    # Again until nothing more goes: an image stays while one that was built from it is there.
    while gone := [image for image in images if removed(client.api.remove_image, image["Id"], force=True)]:
        swept.images += map(_image_name, gone)
        images = [image for image in images if image not in gone]
    swept.build_steps += _removed_steps(client.api.remove_image, build_steps.images(paths, client, chosen))
    build_steps.forget(paths, client, chosen)
    for network in client.api.networks(filters=chosen):
        if removed(client.api.remove_network, network["Id"]):
            swept.networks.append(network["Name"])
    for volume in client.api.volumes(filters=chosen)["Volumes"] or []:
        if removed(client.api.remove_volume, volume["Name"], force=True):
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
    maker = f"made by this tutorial for {own_session(session) or session}" if session else "not made by this tutorial"
    # The one has seconds, the other a date with nanoseconds, of which Python reads six digits.
    seconds = created if isinstance(created, int) else datetime.fromisoformat(f"{created[:19]}+00:00").timestamp()
    return one_line(f"of the image {config['Image']}, since {moment(seconds)}, {maker}")


def _image_name(image: dict[str, Any]) -> str:
    tags: list[str] = image.get("RepoTags") or []
    return next((tag for tag in tags if tag != "<none>:<none>"), _short(image["Id"]))


def _is_ours(listed: dict[str, Any]) -> bool:
    """Tell whether one of this user's notebooks made what the engine lists."""
    marks = listed["Labels"] or {}
    return LABEL in marks and own_session(marks.get(SESSION_LABEL, "")) is not None


def _removed_steps(remove: Callable[..., Any], steps: list[dict[str, Any]], **options: bool) -> list[str]:
    """Remove what builds left, without force: what is in use by now stays."""
    return [_short(step["Id"]) for step in steps if removed(remove, step["Id"], **options)]


def _short(identifier: str) -> str:
    return identifier.rpartition(":")[2][:12]


def removed(remove: Callable[..., Any], name: str, **options: bool) -> bool:
    """Remove one object; False where another session removed it first or something still uses it."""
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
