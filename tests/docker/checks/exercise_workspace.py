"""Where a state is made: what a student has at hand, under names and labels of its own."""

from __future__ import annotations

import copy
import os
import re
import secrets
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import docker
import nbformat
from docker.errors import ImageNotFound
from docker.models.containers import Container
from docker.models.images import Image

from tests.support.names import letters
from workbench.checks.engine_state import EngineState
from workbench.engine import clock, labels, ports
from workbench.settings import APP_PORT, BASE_IMAGE, LABEL, LOOPBACK, PATHS

SLEEP = ["sleep", "600"]
# Stands for degrees_api.py where it matters only that something answers.
LISTENS = f"""\
from http.server import HTTPServer, SimpleHTTPRequestHandler
HTTPServer(("", {APP_PORT}), SimpleHTTPRequestHandler).serve_forever()
"""
SOLUTION = re.compile(r"\{dropdown\} A solution\n```i?python3?\n(.*?)^```", re.DOTALL | re.MULTILINE)


class ImageCache:
    """Images that several states need under other names; each is built once.

    Parameters
    ----------
    client : docker.DockerClient
    folder : pathlib.Path
        For the build context.
    """

    def __init__(self, client: docker.DockerClient, folder: Path) -> None:
        self._client, self._folder = client, folder
        self._session = f"image_cache{letters()}/degrees_api"
        self._images: dict[tuple[str, str], Image] = {}

    def image(self, dockerfile: str, program: str) -> Image:
        """Build a program's image, or take it from the cache; without a FROM line it gets the base."""
        if (dockerfile, program) not in self._images:
            text = dockerfile if "FROM" in dockerfile else f"FROM {BASE_IMAGE}\n{dockerfile}"
            (self._folder / "Dockerfile").write_text(text)
            (self._folder / "degrees_api.py").write_text(program)
            name = f"{self._session}:{len(self._images)}"
            marks = labels.lesson_labels(self._session)
            image, _log = self._client.images.build(path=str(self._folder), tag=name, labels=marks, rm=True)
            self._images[dockerfile, program] = image
        return self._images[dockerfile, program]

    def clear(self) -> None:
        """Remove the images."""
        labels.sweep(PATHS, self._client, session=self._session)


class _OwnSight:
    """Stands for docker-py's low-level API, and hides what other tests run without labels on the same engine.

    Parameters
    ----------
    api : docker.APIClient
    user : str
        How the names of the workspace's own containers begin.
    """

    def __init__(self, api: docker.APIClient, user: str) -> None:
        self._api, self._user = api, user

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    def containers(self, **options: Any) -> list[dict[str, Any]]:
        listed = self._api.containers(**options)
        return [
            one for one in listed if LABEL in one["Labels"] or labels.container_name(one).startswith(f"{self._user}-")
        ]


class ExerciseWorkspace:
    """Where one state is made. It has the attributes of a ``Lesson``, so that a page's code finds what it needs.

    Parameters
    ----------
    client : docker.DockerClient
    image_cache : ImageCache
    folder : pathlib.Path
        A folder that isn't there yet, for a copy of the app.

    Attributes
    ----------
    engine : workbench.checks.engine_state.EngineState
        What the check gets.
    """

    def __init__(self, client: docker.DockerClient, image_cache: ImageCache, folder: Path) -> None:
        self.client = client
        self._image_cache = image_cache
        self._user = f"test{letters()}"
        self._unlabelled: list[Container] = []
        self._has_built = False  # in ways that may leave an image or a step without a name
        self.repository = f"{self._user}/degrees_api"
        self.image = f"{self.repository}:1.0"
        self.labels = labels.lesson_labels(self.repository)
        self.marks = [f"--label={key}={value}" for key, value in self.labels.items()]
        self.engine = EngineState(client, self.repository, self.image)
        self.folder = folder
        shutil.copytree(PATHS.app, folder, ignore=shutil.ignore_patterns("__pycache__", "test_*"))

    def begin(self) -> None:
        """Let the page begin here: what is made from now on counts without labels too, by its image."""
        own = copy.copy(self.client)
        own.api = cast(docker.APIClient, _OwnSight(self.client.api, self._user))
        self.engine = replace(self.engine, client=own, since=clock.now(self.client))

    def named(self, role: str) -> str:
        """Give the option that names a container of yours."""
        return f"--name={self._user}-{role}"

    def port(self) -> int:
        """Find a free host port."""
        return next(ports.free_ports(APP_PORT + 1000 + secrets.randbelow(10_000)))

    def run(self, image: str | Image, command: list[str] | None = None, **options: Any) -> Container:
        """Run a labelled container in the background."""
        options = {"labels": self.labels, **options}
        container: Container = self.client.containers.run(image, command, detach=True, **options)
        return container

    def ended(self, image: str | Image, command: list[str], **options: Any) -> Container:
        """Run a labelled container and wait for its end."""
        container = self.run(image, command, **options)
        container.wait()
        return container

    def without_labels(self, image: str, command: list[str]) -> None:
        """Run a container that nobody can tell for the page's."""
        self._unlabelled.append(self.run(image, command, labels={}))

    def create(self, image: str | Image, command: list[str] | None = None) -> Container:
        """Make a labelled container and don't start it."""
        return self.client.containers.create(image, command, labels=self.labels)

    def put(self, dockerfile: str, program: str = LISTENS, tag: str = "1.0") -> Image:
        """Have an image of this Dockerfile under the page's name with a tag."""
        image = self._image_cache.image(dockerfile, program)
        image.tag(self.repository, tag)
        return image

    def build(self, dockerfile: str, tag: str = "1.0") -> Image:
        """Build an image from the app's folder as it is now, by docker-py."""
        self._has_built = True
        (self.folder / "Dockerfile.mine").write_text(dockerfile)
        name = f"{self.repository}:{tag}"
        path = str(self.folder)
        image, _log = self.client.images.build(
            path=path, dockerfile="Dockerfile.mine", tag=name, labels=self.labels, rm=True
        )
        return image

    def docker(self, *arguments: str, check: bool = True) -> str:
        """Type a ``docker`` command in the app's folder; give what it prints."""
        self._has_built = True
        environment = {**os.environ, "DOCKER_BUILDKIT": "0"}
        command = ["docker", *arguments]
        typed = subprocess.run(
            command, cwd=self.folder, env=environment, check=check, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return typed.stdout.decode().strip()

    def shell(self, line: str) -> None:
        """Type a line into a shell, which may do with it what shells do."""
        subprocess.run(line, shell=True, check=True, stdout=subprocess.DEVNULL)

    def solve(self, page: str, exercise: str, **names: Any) -> None:
        """Run the folded solution of an exercise as it stands on its page, with what the page has made before."""
        self._has_built = True
        names = {"client": self.client, "lesson": self, **names}
        code = solution(page, exercise)
        if code.startswith("!"):
            self.shell(code[1:].format(**names))
        else:
            exec(code, names)

    def clean(self) -> None:
        """Remove all that was made here."""
        for container in self._unlabelled:
            container.remove(force=True, v=True)
        session = self.repository
        for chosen in (labels.label_filter("lesson", session), {"name": [f"^/{self._user}-"]}):
            self._remove_containers(chosen)
        # With the names asked for, the engine needn't weigh all the other images.
        mine = {"reference": [f"{self._user}/*", f"*/{self._user}/*"]}
        for image in self.client.api.images(filters=mine):
            for name in [*(image["RepoTags"] or []), *(image["RepoDigests"] or [])]:
                if f"{self._user}/" in name:
                    with suppress(ImageNotFound):  # a digest goes with the last tag of its repository
                        self.client.api.remove_image(name, force=True)
        if self._has_built:
            labels.sweep(PATHS, self.client, session=session)

    def _remove_containers(self, chosen: dict[str, list[str]]) -> None:
        for container in self.client.api.containers(all=True, filters=chosen):
            self.client.api.remove_container(container["Id"], force=True, v=True)


def solution(page: str, exercise: str) -> str:
    """Take the folded solution of an exercise from its page."""
    cells = nbformat.read(PATHS.notebooks / f"{page}.ipynb", as_version=4).cells
    check = next(n for n, cell in enumerate(cells) if cell.source == f'lesson.check("{exercise}")')
    return next(found[1] for cell in cells[check:] if (found := SOLUTION.search(cell.source)))


def published(port: int = APP_PORT, address: str = LOOPBACK, host_port: int | None = None) -> dict[str, Any]:
    """Give the argument of ``run`` that publishes a port."""
    return {"ports": {f"{port}/tcp": (address, host_port)}}
