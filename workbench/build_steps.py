"""What our builds leave without a label: the containers of their steps, and images without a name.

The classic builder puts the labels of a build on in its last steps. A build that fails or is canceled never
gets that far, and a build without ``rm=True`` keeps the containers of all its steps. The engine can't say later
whose they are. The output of the build can: it names each container and each image that the build makes. So the
lesson reads along where a build carries our label, and keeps the IDs in a file, which outlives the kernel.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, Union
from urllib.parse import quote, unquote

import docker

from workbench.errors import TutorialError
from workbench.settings import LABEL, SESSION_LABEL, STATE

BUILDS = STATE / "builds"
Event = Union[bytes, dict[str, Any]]
Listed = dict[str, Any]

# The engine sends each of these lines as an event of its own. A FROM and the cache name images that were here before.
STEP = re.compile(r'" ?Step \d+/\d+ : (FROM\b)?', re.IGNORECASE)
MADE = re.compile(r'" ---> (?:(Using cache)|(?:Running in )?([0-9a-f]{12}))\\n"')


def read_along(client: docker.DockerClient) -> None:
    """From now on, note what this client's builds make if they carry our label; the builds stay as they are."""
    if "build" not in vars(client.api):  # else another lesson with the same client does so already
        vars(client.api)["build"] = _reading(client.api.build)


def sessions(value: str) -> list[str]:
    """List the sessions whose builds have made something; ``value`` is that of our label."""
    return [unquote(file.name) for file in _files(value)]


def containers(client: docker.DockerClient, value: str, session: str | None = None) -> list[Listed]:
    """List the containers of steps that a session's builds have left."""
    noted = _noted(value, session)
    listed = client.api.containers(all=True) if noted else []
    return [one for one in listed if one["Id"][:12] in noted and _has_no_label(one)]


def images(client: docker.DockerClient, value: str, session: str | None = None) -> list[Listed]:
    """List the images that a session's builds have left without a name.

    Notes
    -----
    An image that you gave a name to is yours and is not among them. An image that another one was built on
    goes with that one.
    """
    noted = _noted(value, session)
    listed = client.api.images(all=True) if noted else []
    parents = {one["ParentId"] for one in listed}
    left = [one for one in listed if one["Id"].partition(":")[2][:12] in noted and _has_no_label(one)]
    return [one for one in left if one["Id"] not in parents and not _has_name(one)]


def forget(client: docker.DockerClient, value: str, session: str | None = None) -> None:
    """Forget the builds of a session that have left nothing."""
    for file in _files(value, session):
        name = unquote(file.name)
        if not containers(client, value, name) and not images(client, value, name):
            file.unlink(missing_ok=True)


def _reading(build: Callable[..., Iterable[Event]]) -> Callable[..., Iterable[Event]]:
    @wraps(build)
    def reading(*arguments: Any, **options: Any) -> Iterable[Event]:
        events = build(*arguments, **options)
        labels = options.get("labels") or {}
        if not labels.keys() >= {LABEL, SESSION_LABEL}:
            return events
        return _noting(events, _file(labels[LABEL], labels[SESSION_LABEL]))

    return reading


def _noting(events: Iterable[Event], file: Path) -> Iterator[Event]:
    made_here = False
    for event in events:
        text = _text(event)
        if step := STEP.search(text):
            made_here = not step[1]
        elif made := MADE.search(text):
            if made_here and made[2]:
                _note(file, made[2])
            made_here = made_here and not made[1]
        yield event


def _text(event: Event) -> str:
    """Write an event as JSON: docker-py gives the engine's own lines or, with ``decode=True``, a dict of each."""
    return json.dumps(event) if isinstance(event, dict) else event.decode(errors="replace").replace(r"\u003e", ">")


def _note(file: Path, identifier: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="ascii") as notes:
            notes.write(f"{identifier}\n")
    except OSError as error:
        raise TutorialError(
            f"The page can't note what its build makes: {file} can't be written ({error.strerror}).",
            "Check who owns the folder and whether the disk is full: ls -ld .workbench; df -h .",
        ) from error


def _has_no_label(thing: Listed) -> bool:
    return SESSION_LABEL not in (thing["Labels"] or {})


def _has_name(image: Listed) -> bool:
    return any("<none>" not in name for name in [*(image["RepoTags"] or []), *(image["RepoDigests"] or [])])


def _file(value: str, session: str) -> Path:
    return BUILDS / value / quote(session, safe="")


def _files(value: str, session: str | None = None) -> list[Path]:
    files = sorted((BUILDS / value).glob("*")) if session is None else [_file(value, session)]
    return [file for file in files if file.exists()]


def _noted(value: str, session: str | None) -> set[str]:
    return {line for file in _files(value, session) for line in file.read_text(encoding="ascii").split()}
