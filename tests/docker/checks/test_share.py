"""Chapter 06's exercises, with a registry of their own."""

from __future__ import annotations

import base64
import json
import os
import socket
from collections.abc import Iterator
from typing import Any
from unittest import mock

import docker
import pytest
import requests
from docker.models.images import Image

from workbench.checks import share
from workbench.provision import registries
from workbench.provision.registries import PUSH
from workbench.settings import LOOPBACK, PATHS, Paths

from .catalogue import Catalogue, State
from .exercise_workspace import ExerciseWorkspace
from .state_cache import StateCache, Survivors

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("own_registry")]
CATALOGUE = Catalogue(share)
DIGEST = "by-digest"
LATEST = "latest-is-the-same-image"

SMALL = 'FROM scratch\nCOPY degrees_api.py /\nCMD ["none"]\n'
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@pytest.fixture(scope="module", name="own_registry")
def fixture_own_registry(client: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run a push target beside that of the project."""
    own, find = Paths(tmp_path_factory.mktemp("registry")), registries.push_target
    own.state.mkdir()
    with socket.create_server((LOOPBACK, 0)) as free:
        first = {PUSH: free.getsockname()[1]}
    nobody = {name: text for name, text in os.environ.items() if name not in ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN")}
    with (
        mock.patch.object(registries, "FIRST_PORT", first),
        mock.patch.object(registries, "push_target", side_effect=lambda _paths: find(own)),
        mock.patch.object(share, "push_target", side_effect=lambda _paths: find(own)),
        mock.patch.dict(os.environ, nobody, clear=True),
    ):
        registries.ensure(own, client, PUSH)
        yield
        registries.discard(own, client, PUSH)


def repository(workspace: ExerciseWorkspace) -> str:
    return registries.push_target(PATHS).repository(workspace.repository)


def login() -> dict[str, str]:
    target = registries.push_target(PATHS)
    return {"username": target.username, "password": target.password}


def push(workspace: ExerciseWorkspace, image: Image, tag: str) -> str:
    """Give an image its full name in the registry, and push that; return the name with the digest."""
    name = repository(workspace)
    image.tag(name, tag)
    events = list(workspace.client.api.push(name, tag=tag, stream=True, decode=True, auth_config=login()))
    assert not [event for event in events if "error" in event]
    [digest] = [event["aux"]["Digest"] for event in events if "aux" in event]
    return f"{name}@{digest}"


def pushed(workspace: ExerciseWorkspace, program: str = "", tag: str = "1.0") -> str:
    """Push a small image as the page does; return the name with the digest."""
    return push(workspace, workspace.put(SMALL, program, tag=tag), tag)


def config(workspace: ExerciseWorkspace) -> str:
    """Log the command line in, in a folder of its own; return its option for that."""
    folder = workspace.folder / "docker-config"
    folder.mkdir()
    target = registries.push_target(PATHS)
    both = base64.b64encode(f"{target.username}:{target.password}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {target.address: {"auth": both}}}))
    return f"--config={folder}"


@CATALOGUE.right(DIGEST)
def digest_as_on_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.solve("06_share", DIGEST, pushed=pushed(workspace))


@CATALOGUE.right(DIGEST)
def digest_by_cli(workspace: ExerciseWorkspace) -> None:
    workspace.docker("create", *workspace.marks, pushed(workspace), "true")


@CATALOGUE.right(DIGEST)
def digest_with_a_tag(workspace: ExerciseWorkspace) -> None:
    name, _, digest = pushed(workspace).partition("@")
    workspace.create(f"{name}:1.0@{digest}")


@CATALOGUE.wrong(DIGEST, "that is a digest, but not the one of 1.0.")
def digest_of_another_version_under_its_tag(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    name, _, digest = pushed(workspace, "changed\n", tag="2.0").partition("@")
    workspace.create(f"{name}:1.0@{digest}")


@CATALOGUE.right(DIGEST)
def digest_among_others(workspace: ExerciseWorkspace) -> None:
    workspace.create(pushed(workspace))
    workspace.create(f"{repository(workspace)}:1.0")
    workspace.create(workspace.image)


@CATALOGUE.wrong(DIGEST, "the registry has no 1.0 of yours. Did the push above end in an error?")
def digest_of_nothing(workspace: ExerciseWorkspace) -> None:
    workspace.put(SMALL)
    workspace.create(workspace.image)


@CATALOGUE.wrong(DIGEST, "no container is made yet. Which call makes one, and by which name?")
def digest_in_no_container(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)


@CATALOGUE.wrong(DIGEST, "/degrees_api:1.0: that is a tag, and a tag may move. What comes after the @")
def digest_by_tag(workspace: ExerciseWorkspace) -> None:
    name = pushed(workspace)
    workspace.create(workspace.image)
    workspace.create(name.partition("@")[0] + ":1.0")


@CATALOGUE.wrong(DIGEST, "that is an ID, which this engine knows and no registry. Which name has an @ in it?")
def digest_by_id(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    workspace.create(workspace.client.images.get(workspace.image))


@CATALOGUE.wrong(DIGEST, "that is an ID, which this engine knows and no registry.")
def digest_by_short_id(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    workspace.create(str(workspace.client.images.get(workspace.image).id).partition(":")[2][:12])


@CATALOGUE.wrong(DIGEST, "that is not what came from the registry. Does the name in pushed begin with its address?")
def digest_of_the_local_name(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    workspace.create(workspace.image)


@CATALOGUE.wrong(DIGEST, "that is a digest, but not the one of 1.0. Which digest does the registry give?")
def digest_of_another_version(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    workspace.create(pushed(workspace, "changed\n", tag="2.0"))


@CATALOGUE.right(LATEST)
def latest_as_on_the_page(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    target = registries.push_target(PATHS)
    client = docker.from_env()
    client.login(**login(), registry=target.address, reauth=True)
    pulled = workspace.client.images.get(workspace.image)
    workspace.solve("06_share", LATEST, pulled=pulled, repository=repository(workspace), client=client)
    client.close()


@CATALOGUE.right(LATEST)
def latest_by_cli(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    name = repository(workspace)
    workspace.docker("tag", f"{name}:1.0", name)
    workspace.docker(config(workspace), "push", name)


@CATALOGUE.right(LATEST)
def latest_by_the_registrys_own_api(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    address, _, path = repository(workspace).partition("/")
    url = f"http://{address}/v2/{path}/manifests"
    options: dict[str, Any] = {"auth": tuple(login().values()), "timeout": 10}
    manifest = requests.get(f"{url}/1.0", headers={"Accept": MANIFEST}, **options)
    put = requests.put(f"{url}/latest", manifest.content, headers={"Content-Type": MANIFEST}, **options)
    assert put.status_code == requests.codes.created


@CATALOGUE.right(LATEST)
def latest_by_way_of_the_digest(workspace: ExerciseWorkspace) -> None:
    digest, name = pushed(workspace), repository(workspace)
    workspace.docker("tag", digest, f"{name}:latest")
    workspace.docker(config(workspace), "push", f"{name}:latest")
    workspace.docker("rmi", f"{name}:latest")


@CATALOGUE.wrong(LATEST, "the registry has no 1.0 of yours. Did the push above end in an error?")
def latest_of_nothing(workspace: ExerciseWorkspace) -> None:
    workspace.put(SMALL)


@CATALOGUE.wrong(LATEST, "the registry has no latest that is this image. Which call gives an image one more name?")
def latest_untouched(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)


@CATALOGUE.wrong(LATEST, "/degrees_api:latest is a name that leads to Docker Hub. What comes first in a name")
def latest_for_docker_hub(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    workspace.put(SMALL, "", tag="latest")


@CATALOGUE.wrong(LATEST, "this machine has the name latest now, and the registry has not. How did 1.0 get there?")
def latest_not_pushed(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    workspace.put(SMALL, "", tag="latest").tag(repository(workspace), "latest")


@CATALOGUE.wrong(LATEST, "your latest is another image than 1.0. Which image did you give the name to?")
def latest_of_another_image(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    pushed(workspace, "changed\n", tag="latest")


@CATALOGUE.wrong(LATEST, "your latest is another image than 1.0.")
def latest_of_another_image_not_pushed(workspace: ExerciseWorkspace) -> None:
    pushed(workspace)
    workspace.put(SMALL, "changed\n", tag="2.0").tag(repository(workspace), "latest")


def test_state(state_cache: StateCache, state: State) -> None:
    state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
