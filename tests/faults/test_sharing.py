"""Faults on the way to a registry."""

from __future__ import annotations

import json

import pytest
import requests

from workbench.engine import docker_hub
from workbench.provision import registries
from workbench.provision.registries import PushTarget
from workbench.settings import BASE_IMAGE, LOOPBACK

from .fault_workspace import Fault, FaultWorkspace, keeping, nothing, shell
from .hub import Hub
from .machine.servers import http_server
from .prove_fault import prove

pytestmark = pytest.mark.docker


@pytest.fixture(autouse=True)
def fixture_no_login(bench: FaultWorkspace) -> None:
    """Give the command line and docker-py a home without logins."""
    home = bench.folder / "docker"
    home.mkdir()
    bench.patch.setenv("DOCKER_CONFIG", str(home))
    for name in ("DOCKERHUB_USERNAME", "DOCKERHUB_LOGIN"):
        bench.patch.delenv(name, raising=False)


def target(bench: FaultWorkspace) -> PushTarget:
    registries.ensure(bench.client, registries.PUSH)
    return registries.push_target()


def image_to_push(bench: FaultWorkspace) -> None:
    bench.kept["image"] = f"{target(bench).address}/{bench.name}/tiny:1.0"
    bench.dockerfile("FROM scratch", "COPY Dockerfile /")
    bench.build(tag=bench.kept["image"])


def push(bench: FaultWorkspace) -> None:
    bench.shell(f"docker push {bench.kept['image']}")


def log_in(bench: FaultWorkspace, fix: str) -> None:
    """Type the fix, and what it asks for."""
    mine = target(bench)
    bench.shell(f"{fix} --username {mine.username} --password-stdin", typed=mine.password)


def log_in_wrongly(bench: FaultWorkspace) -> None:
    """Log in with a wrong password; by the fix, with the right one."""
    if "line" not in bench.kept:
        mine = target(bench)
        bench.kept["line"] = f"docker login --username {mine.username} --password-stdin {mine.address}"
    bench.shell(bench.kept["line"], typed=bench.kept.get("password", "wrong"))


def rightly(bench: FaultWorkspace, fix: str) -> None:
    mine = target(bench)
    line = f"{fix.replace('NAME', mine.username)} --password-stdin"
    bench.kept.update(line=line, password=mine.password)


def pushed(bench: FaultWorkspace) -> None:
    image_to_push(bench)
    log_in(bench, f"docker login {target(bench).address}")
    push(bench)


def pushed_and_forgotten(bench: FaultWorkspace) -> None:
    pushed(bench)
    bench.shell(f"docker logout {target(bench).address}")


def pull(bench: FaultWorkspace) -> None:
    bench.shell(f"docker pull {bench.kept['image']}")


def pull_unknown_tag(bench: FaultWorkspace) -> None:
    bench.shell(bench.kept.get("line", f"docker pull {bench.kept['image']}.7"))


def listed_for_one_processor(bench: FaultWorkspace) -> None:
    """Put a list into the registry that has the image for one kind of processor."""
    pushed(bench)
    mine = target(bench)
    name, _, tag = bench.kept["image"].removeprefix(f"{mine.address}/").rpartition(":")
    url, login = f"http://{mine.address}/v2/{name}/manifests", (mine.username, mine.password)
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = requests.get(f"{url}/{tag}", headers={"Accept": kind}, auth=login, timeout=10)
    entry = {
        "mediaType": kind,
        "size": len(manifest.content),
        "digest": manifest.headers["Docker-Content-Digest"],
        "platform": {"os": "linux", "architecture": bench.client.version()["Arch"]},
    }
    kind = "application/vnd.docker.distribution.manifest.list.v2+json"
    made = {"schemaVersion": 2, "mediaType": kind, "manifests": [entry]}
    put = requests.put(f"{url}/list", json.dumps(made), headers={"Content-Type": kind}, auth=login, timeout=10)
    put.raise_for_status()
    bench.kept["image"] = bench.kept["image"].replace(":1.0", ":list")


def pull_for_another_processor(bench: FaultWorkspace) -> None:
    line = f"docker pull --platform linux/s390x {bench.kept['image']}"
    bench.shell(bench.kept.get("line", line).replace("IMAGE", bench.kept["image"]))


def built_under_another_name(bench: FaultWorkspace) -> None:
    bench.dockerfile("FROM scratch", "COPY Dockerfile /")
    bench.build(tag=f"{bench.name}/degrees_api:1.0")
    mine = target(bench)
    log_in(bench, f"docker login {mine.address}")
    bench.kept["image"] = f"{mine.address}/{bench.name}/degrees_api:1.0"


def get_image(bench: FaultWorkspace) -> None:
    bench.client.images.get(f"{bench.name}/degrees-api:1.0")


def built_with_a_slip(bench: FaultWorkspace) -> None:
    bench.dockerfile("FROM scratch", "COPY Dockerfile /")
    bench.build(tag=f"{bench.name}/degrees_api:1.0")


def pull_from_nowhere(bench: FaultWorkspace) -> None:
    bench.shell(bench.kept.get("line", f"docker pull registry.nowhere.invalid/{BASE_IMAGE}"))


def behind_the_hub(bench: FaultWorkspace, pulls_left: int = 100) -> str:
    """Put an image behind a door like Docker Hub's; return the name that leads through that door."""
    pushed(bench)
    port = bench.servers.enter_context(http_server(Hub(target(bench), pulls_left).answer))
    return str(bench.kept["image"]).replace(target(bench).address, f"{LOOPBACK}:{port}")


def misspelt(bench: FaultWorkspace) -> None:
    """Have an image under its right name, and ask for another."""
    name = behind_the_hub(bench)
    bench.client.images.get(bench.kept["image"]).tag(name)
    bench.kept["line"] = f"docker pull {name.replace('tiny', 'tinny')}"


def used_up(bench: FaultWorkspace) -> None:
    """Let the room have used up its pulls, at the hub that is asked for their number, too."""
    name = behind_the_hub(bench, pulls_left=0)
    bench.kept.update(line=f"docker pull {name}", hub=name.partition("/")[0])
    bench.patch.setattr(docker_hub, "REGISTRY", f"http://{bench.kept['hub']}")
    bench.patch.setattr(docker_hub, "LOGIN", f"http://{bench.kept['hub']}/token")


def log_in_there(bench: FaultWorkspace, fix: str) -> None:
    """Log in as on Docker Hub, which has no address to be typed; this hub has one."""
    log_in(bench, f"{fix} {bench.kept['hub']}")


def pull_by_line(bench: FaultWorkspace) -> None:
    bench.shell(bench.kept["line"])


def stopped_registry(bench: FaultWorkspace) -> None:
    """Make a registry of a checkout of its own, and stop it."""
    for name in ("ROOT", "STATE"):
        bench.patch.setattr(registries, name, bench.folder)
    registries.ensure(bench.client, registries.PUSH)
    bench.servers.callback(registries.discard, bench.client, registries.PUSH)
    mine = registries.push_target()
    bench.kept.update(line=f"docker login --username {mine.username} --password-stdin {mine.address}")
    bench.kept.update(password=mine.password)
    bench.client.containers.get(registries.container_name(registries.PUSH)).stop(timeout=0)


def started(bench: FaultWorkspace, fix: str) -> None:
    """Do what ``start`` does with the registry."""
    assert fix == "./tutorial start"
    registries.ensure(bench.client, registries.PUSH)


FAULTS = [
    Fault("login-missing", pushed_and_forgotten, pull, log_in),
    Fault("push-denied", image_to_push, push, log_in),
    Fault("wrong-password", nothing, log_in_wrongly, rightly),
    Fault("registry-down", stopped_registry, log_in_wrongly, started),
    Fault("tag-unknown", pushed, pull_unknown_tag, keeping("line")),
    Fault("not-on-the-engine", built_under_another_name, push, shell),
    Fault("pull-limit", used_up, pull_by_line, log_in_there),
    Fault("pull-denied", misspelt, pull_by_line, keeping("line")),
    Fault("no-such-image", built_with_a_slip, get_image, shell),
    Fault("registry-name", nothing, pull_from_nowhere, keeping("line")),
    Fault("no-such-platform", listed_for_one_processor, pull_for_another_processor, keeping("line")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(bench: FaultWorkspace, fault: Fault) -> None:
    prove(bench, fault)
