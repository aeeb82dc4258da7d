"""Faults on the way to a registry."""

from __future__ import annotations

import json

import pytest
import requests

from tests.support.servers import http_server
from workbench.engine import docker_hub
from workbench.provision import registries
from workbench.provision.registries import PushTarget
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS, Paths

from .fault_workspace import Fault, FaultWorkspace, keeping, nothing, shell
from .hub import Hub
from .prove_fault import prove

pytestmark = pytest.mark.docker


@pytest.fixture(autouse=True)
def fixture_no_login(workspace: FaultWorkspace) -> None:
    """Give the command line and docker-py a home without logins."""
    home = workspace.folder / "docker"
    home.mkdir()
    workspace.patch.setenv("DOCKER_CONFIG", str(home))
    for name in ("DOCKERHUB_USERNAME", "DOCKERHUB_LOGIN"):
        workspace.patch.delenv(name, raising=False)


def target(workspace: FaultWorkspace) -> PushTarget:
    registries.ensure(PATHS, workspace.client, registries.PUSH)
    return registries.push_target(PATHS)


def image_to_push(workspace: FaultWorkspace) -> None:
    workspace.kept["image"] = f"{target(workspace).address}/{workspace.name}/tiny:1.0"
    workspace.dockerfile("FROM scratch", "COPY Dockerfile /")
    workspace.build(tag=workspace.kept["image"])


def push(workspace: FaultWorkspace) -> None:
    workspace.shell(f"docker push {workspace.kept['image']}")


def log_in(workspace: FaultWorkspace, fix: str) -> None:
    """Type the fix, and what it asks for."""
    mine = target(workspace)
    workspace.shell(f"{fix} --username {mine.username} --password-stdin", typed=mine.password)


def log_in_wrongly(workspace: FaultWorkspace) -> None:
    """Log in with a wrong password; by the fix, with the right one."""
    if "line" not in workspace.kept:
        mine = target(workspace)
        workspace.kept["line"] = f"docker login --username {mine.username} --password-stdin {mine.address}"
    workspace.shell(workspace.kept["line"], typed=workspace.kept.get("password", "wrong"))


def rightly(workspace: FaultWorkspace, fix: str) -> None:
    mine = target(workspace)
    line = f"{fix.replace('NAME', mine.username)} --password-stdin"
    workspace.kept.update(line=line, password=mine.password)


def pushed(workspace: FaultWorkspace) -> None:
    image_to_push(workspace)
    log_in(workspace, f"docker login {target(workspace).address}")
    push(workspace)


def pushed_and_forgotten(workspace: FaultWorkspace) -> None:
    pushed(workspace)
    workspace.shell(f"docker logout {target(workspace).address}")


def pull(workspace: FaultWorkspace) -> None:
    workspace.shell(f"docker pull {workspace.kept['image']}")


def pull_unknown_tag(workspace: FaultWorkspace) -> None:
    workspace.shell(workspace.kept.get("line", f"docker pull {workspace.kept['image']}.7"))


def listed_for_one_processor(workspace: FaultWorkspace) -> None:
    """Put a list into the registry that has the image for one kind of processor."""
    pushed(workspace)
    mine = target(workspace)
    name, _, tag = workspace.kept["image"].removeprefix(f"{mine.address}/").rpartition(":")
    url, login = f"http://{mine.address}/v2/{name}/manifests", (mine.username, mine.password)
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = requests.get(f"{url}/{tag}", headers={"Accept": kind}, auth=login, timeout=10)
    entry = {
        "mediaType": kind,
        "size": len(manifest.content),
        "digest": manifest.headers["Docker-Content-Digest"],
        "platform": {"os": "linux", "architecture": workspace.client.version()["Arch"]},
    }
    kind = "application/vnd.docker.distribution.manifest.list.v2+json"
    made = {"schemaVersion": 2, "mediaType": kind, "manifests": [entry]}
    put = requests.put(f"{url}/list", json.dumps(made), headers={"Content-Type": kind}, auth=login, timeout=10)
    put.raise_for_status()
    workspace.kept["image"] = workspace.kept["image"].replace(":1.0", ":list")


def pull_for_another_processor(workspace: FaultWorkspace) -> None:
    line = f"docker pull --platform linux/s390x {workspace.kept['image']}"
    workspace.shell(workspace.kept.get("line", line).replace("IMAGE", workspace.kept["image"]))


def built_under_another_name(workspace: FaultWorkspace) -> None:
    workspace.dockerfile("FROM scratch", "COPY Dockerfile /")
    workspace.build(tag=f"{workspace.name}/degrees_api:1.0")
    mine = target(workspace)
    log_in(workspace, f"docker login {mine.address}")
    workspace.kept["image"] = f"{mine.address}/{workspace.name}/degrees_api:1.0"


def get_image(workspace: FaultWorkspace) -> None:
    workspace.client.images.get(f"{workspace.name}/degrees-api:1.0")


def built_with_a_slip(workspace: FaultWorkspace) -> None:
    workspace.dockerfile("FROM scratch", "COPY Dockerfile /")
    workspace.build(tag=f"{workspace.name}/degrees_api:1.0")


def pull_from_nowhere(workspace: FaultWorkspace) -> None:
    workspace.shell(workspace.kept.get("line", f"docker pull registry.nowhere.invalid/{BASE_IMAGE}"))


def behind_the_hub(workspace: FaultWorkspace, pulls_left: int = 100) -> str:
    """Put an image behind a door like Docker Hub's; return the name that leads through that door."""
    pushed(workspace)
    port = workspace.servers.enter_context(http_server(Hub(target(workspace), pulls_left).answer))
    return str(workspace.kept["image"]).replace(target(workspace).address, f"{LOOPBACK}:{port}")


def misspelled(workspace: FaultWorkspace) -> None:
    """Have an image under its right name, and ask for another."""
    name = behind_the_hub(workspace)
    workspace.client.images.get(workspace.kept["image"]).tag(name)
    workspace.kept["line"] = f"docker pull {name.replace('tiny', 'tinny')}"


def used_up(workspace: FaultWorkspace) -> None:
    """Let the room have used up its pulls, at the hub that is asked for their number, too."""
    name = behind_the_hub(workspace, pulls_left=0)
    workspace.kept.update(line=f"docker pull {name}", hub=name.partition("/")[0])
    workspace.patch.setattr(docker_hub, "REGISTRY", f"http://{workspace.kept['hub']}")
    workspace.patch.setattr(docker_hub, "LOGIN", f"http://{workspace.kept['hub']}/token")


def log_in_there(workspace: FaultWorkspace, fix: str) -> None:
    """Log in as on Docker Hub, which has no address to be typed; this hub has one."""
    log_in(workspace, f"{fix} {workspace.kept['hub']}")


def pull_by_line(workspace: FaultWorkspace) -> None:
    workspace.shell(workspace.kept["line"])


def stopped_registry(workspace: FaultWorkspace) -> None:
    """Make a registry of a checkout of its own, and stop it."""
    paths = Paths(workspace.folder)
    registries.ensure(paths, workspace.client, registries.PUSH)
    workspace.servers.callback(registries.discard, paths, workspace.client, registries.PUSH)
    mine = registries.push_target(paths)
    workspace.kept.update(line=f"docker login --username {mine.username} --password-stdin {mine.address}")
    workspace.kept.update(password=mine.password)
    workspace.client.containers.get(registries.container_name(paths, registries.PUSH)).stop(timeout=0)


def started(workspace: FaultWorkspace, fix: str) -> None:
    """Do what ``start`` does with the registry."""
    assert fix == "./tutorial start"
    registries.ensure(Paths(workspace.folder), workspace.client, registries.PUSH)


FAULTS = [
    Fault("login-missing", pushed_and_forgotten, pull, log_in),
    Fault("push-denied", image_to_push, push, log_in),
    Fault("wrong-password", nothing, log_in_wrongly, rightly),
    Fault("registry-down", stopped_registry, log_in_wrongly, started),
    Fault("tag-unknown", pushed, pull_unknown_tag, keeping("line")),
    Fault("not-on-the-engine", built_under_another_name, push, shell),
    Fault("pull-limit", used_up, pull_by_line, log_in_there),
    Fault("pull-denied", misspelled, pull_by_line, keeping("line")),
    Fault("no-such-image", built_with_a_slip, get_image, shell),
    Fault("registry-name", nothing, pull_from_nowhere, keeping("line")),
    Fault("no-such-platform", listed_for_one_processor, pull_for_another_processor, keeping("line")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
