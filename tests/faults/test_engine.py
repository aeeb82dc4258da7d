"""Faults of an engine itself: on a second one, that may be broken at will."""

from __future__ import annotations

import gc
import hashlib
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import docker
import pytest
from docker.models.images import ImageCollection

from tests.support.waiting import wait_until
from workbench.engine import labels
from workbench.provision import registry_image
from workbench.settings import LOOPBACK, PATHS
from workbench.system.username import username

from .fault_workspace import Fault, FaultWorkspace, nothing
from .machine import images
from .machine.second_engine import SecondEngine, second_engine
from .prove_fault import prove

pytestmark = [
    pytest.mark.docker,
    # docker-py doesn't close the socket on which nobody has answered.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SMALL, LEFT, MORE = 100_000_000, 35_000_000, 40_000_000  # bytes: while it is loaded, an image is there twice


@pytest.fixture(name="second")
def fixture_second(workspace: FaultWorkspace) -> Iterator[SecondEngine]:
    """Give a second engine; ``DOCKER_HOST`` leads to it."""
    workspace.patch.setenv("DOCKER_HOST", "")  # remembers what it was
    with second_engine() as second:
        yield second
    gc.collect()


def choose(workspace: FaultWorkspace, second: SecondEngine) -> None:
    """Lead to the second engine by a context of the command line, without DOCKER_HOST."""
    context = workspace.folder / "contexts/meta" / hashlib.sha256(b"second").hexdigest()
    context.mkdir(parents=True)
    endpoint = {"Host": second.address, "SkipTLSVerify": False}
    (context / "meta.json").write_text(
        json.dumps({"Name": "second", "Metadata": {}, "Endpoints": {"docker": endpoint}})
    )
    (workspace.folder / "config.json").write_text(json.dumps({"currentContext": "second"}))
    workspace.patch.setenv("DOCKER_CONFIG", str(workspace.folder))
    workspace.patch.delenv("DOCKER_HOST")


@pytest.mark.parametrize("ask", ["docker-py", "command line"])
def test_an_engine_that_was_stopped_is_explained(workspace: FaultWorkspace, second: SecondEngine, ask: str) -> None:
    second.start().close()
    choose(workspace, second)
    second.stop()

    def step(workspace: FaultWorkspace) -> None:
        docker.from_env().ping() if ask == "docker-py" else workspace.shell("docker ps")

    def repair(_bench: FaultWorkspace, fix: str) -> None:
        assert fix == "./tutorial start"  # which starts the machine's own engine; this one is none of its affair
        second.start().close()
        os.environ.pop("DOCKER_HOST")

    prove(workspace, Fault("engine-not-running", nothing, step, repair))


def test_a_full_disk_is_explained_and_repaired(workspace: FaultWorkspace, second: SecondEngine) -> None:
    client = second.start()
    subprocess.run(["mount", "-o", f"remount,size={SMALL}", f"{second.folder}/data"], check=True)
    images.load(client, "left:1.0", python=os.urandom(LEFT), labels=labels.lesson_labels(f"{username()}/cut-short"))

    def step(_bench: FaultWorkspace) -> None:
        images.load(client, "another:1.0", python=os.urandom(MORE))

    def repair(_bench: FaultWorkspace, fix: str) -> None:
        assert fix == "./tutorial clean"
        clean = [sys.executable, "-m", "workbench.cli.main", "clean", "--yes"]
        subprocess.run(clean, cwd=PATHS.root, check=True, capture_output=True)

    prove(workspace, Fault("disk-full", nothing, step, repair))
    client.close()


def test_a_step_that_vanishes_is_explained_and_repaired(workspace: FaultWorkspace, second: SecondEngine) -> None:
    client = second.start()
    build = inspect.unwrap(ImageCollection.build)  # the tests' own tries again

    def step(workspace: FaultWorkspace) -> None:
        build(client.images, path=str(workspace.folder), rm=True, **workspace.kept)

    def repair(workspace: FaultWorkspace, fix: str) -> None:
        name, _equals, value = fix.partition("=")
        workspace.kept[name] = value == "True"

    def make(workspace: FaultWorkspace) -> None:
        images.load(client, "base:1.0")
        images.load(client, "another:1.0", python=b"another")
        workspace.dockerfile("FROM base:1.0", "ENV STEP=1", "ENV STEP=2")
        step(workspace)
        client.images.remove("another:1.0")
        # What a removal does first, and a build in the same moment gets to see. To meet that moment takes minutes.
        vanishing = next(image for image in client.images.list(all=True) if "STEP=1" in image.attrs["Config"]["Env"])
        (second.folder / "data/image/overlay2/imagedb/content/sha256" / str(vanishing.id).partition(":")[2]).unlink()

    prove(workspace, Fault("step-vanished", make, step, repair))
    client.close()


def test_a_registry_without_encryption_is_explained_and_repaired(
    workspace: FaultWorkspace, second: SecondEngine
) -> None:
    client = second.start()
    host = second.subnet.partition("/")[0]
    ports: Any = {"5000/tcp": [(LOOPBACK, None), (host, None)]}
    image = registry_image.ensure(workspace.client)
    served = workspace.client.containers.run(image, detach=True, labels=workspace.labels, ports=ports)
    doors = {door["HostIp"]: door["HostPort"] for door in workspace.client.api.port(str(served.id), 5000)}
    here, there = f"{LOOPBACK}:{doors[LOOPBACK]}/tiny:1.0", f"{host}:{doors[host]}/tiny:1.0"
    workspace.dockerfile("FROM scratch", "COPY Dockerfile /")
    workspace.build(tag=here)
    assert "digest: " in workspace.client.images.push(here)

    def step(_bench: FaultWorkspace) -> None:
        client.images.pull(there)

    def repair(_bench: FaultWorkspace, fix: str) -> None:
        second.settings(**json.loads(f"{{{fix}}}"))
        second.reload()
        wait_until(lambda: f"{host}:{doors[host]}" in client.info()["RegistryConfig"]["IndexConfigs"])

    prove(workspace, Fault("http-registry", nothing, step, repair))
    client.close()
