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
from typing import Any
from urllib.parse import parse_qsl, urlencode

import docker

from workbench.engine import image_list
from workbench.errors import TutorialError
from workbench.settings import LABEL, SESSION_LABEL, Paths

Event = bytes | dict[str, Any]
Listed = dict[str, Any]
Filters = dict[str, list[str]]

# The engine sends each of these lines as a separate event. A FROM and the cache name images that were here before.
STEP = re.compile(r'" ?Step \d+/\d+ : (FROM\b)?', re.IGNORECASE)
MADE = re.compile(r'" ---> (?:(Using cache)|(?:Running in )?([0-9a-f]{12}))\\n"')


def read_along(paths: Paths, client: docker.DockerClient) -> None:
    """From now on, note what this client's builds make if they carry our label; the builds stay as they are."""
    if "build" not in vars(client.api):  # else another lesson with the same client does so already
        vars(client.api)["build"] = _reading(paths, client.api.build)


def noted(paths: Paths, chosen: Filters) -> list[Listed]:
    """List the labels of the builds that have made something, in the way in which the engine lists things."""
    return [{"Labels": _labels(file)} for file in _files(paths, chosen)]


def containers(paths: Paths, client: docker.DockerClient, chosen: Filters) -> list[Listed]:
    """List the containers that builds have left without the labels that ``chosen`` asks for.

    Parameters
    ----------
    paths : Paths
    client : docker.DockerClient
    chosen : dict of str to list of str
        A filter for the labels of the builds, as ``labels.label_filter`` gives it.
    """
    made = _made(paths, chosen)
    listed = client.api.containers(all=True) if made else []
    return [one for one in listed if one["Id"][:12] in made and not _matches(one["Labels"], chosen)]


def images(paths: Paths, client: docker.DockerClient, chosen: Filters) -> list[Listed]:
    """List the images that builds have left without a name and without the labels that ``chosen`` asks for.

    Notes
    -----
    An image that you gave a name to is yours and is not among them. An image that another one was built on
    goes with that one.
    """
    made = _made(paths, chosen)
    listed = image_list.listed(client, all=True) if made else []
    parents = {one.get("ParentId") for one in listed}
    left = [one for one in listed if one["Id"].partition(":")[2][:12] in made and one["Id"] not in parents]
    return [one for one in left if not _matches(one["Labels"], chosen) and not _has_name(one)]


def forget(paths: Paths, client: docker.DockerClient, chosen: Filters) -> None:
    """Forget the builds that have left nothing."""
    for file in _files(paths, chosen):
        exactly = {"label": [f"{key}={value}" for key, value in _labels(file).items()]}
        if not containers(paths, client, exactly) and not images(paths, client, exactly):
            file.unlink(missing_ok=True)


def _reading(paths: Paths, build: Callable[..., Iterable[Event]]) -> Callable[..., Iterable[Event]]:
    @wraps(build)
    def reading(*arguments: Any, **options: Any) -> Iterable[Event]:
        events = build(*arguments, **options)
        labels = options.get("labels") or {}
        ours = {key: labels[key] for key in (LABEL, SESSION_LABEL) if key in labels}
        return _noting(events, _notes(paths) / urlencode(ours)) if ours else events

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


def _has_name(image: Listed) -> bool:
    return any("<none>" not in name for name in [*(image["RepoTags"] or []), *(image["RepoDigests"] or [])])


def _matches(labels: dict[str, str] | None, chosen: Filters) -> bool:
    return {*chosen["label"]} <= {f"{key}={value}" for key, value in (labels or {}).items()}


def _labels(file: Path) -> dict[str, str]:
    return dict(parse_qsl(file.name))


def _notes(paths: Paths) -> Path:
    return paths.state / "builds"


def _files(paths: Paths, chosen: Filters) -> list[Path]:
    return [file for file in sorted(_notes(paths).glob("*")) if _matches(_labels(file), chosen)]


def _made(paths: Paths, chosen: Filters) -> set[str]:
    return {line for file in _files(paths, chosen) for line in file.read_text(encoding="ascii").split()}
