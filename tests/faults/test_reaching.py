"""Faults on the way to a program in a container."""

from __future__ import annotations

import socket

import pytest
import requests
from docker.models.containers import Container

from tests.support.waiting import wait_until
from workbench.engine.ports import wait_until_up
from workbench.settings import BASE_IMAGE, LOOPBACK

from .fault_workspace import FailedError, Fault, FaultWorkspace, Step
from .prove_fault import prove

pytestmark = pytest.mark.docker
SERVE = "python -u -m http.server {port} --bind {host}"


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        return int(free.getsockname()[1])


def serve(workspace: FaultWorkspace, inside: int, published: int | None, host: str = "0.0.0.0") -> Container:
    """Start a server on a port of its container, publish one, and wait until it listens."""
    workspace.kept.setdefault("port", free_port())
    ports = {f"{published}/tcp": (LOOPBACK, workspace.kept["port"])} if published else None
    container = workspace.start(command=SERVE.format(port=inside, host=host), name=workspace.name, ports=ports)
    wait_until(lambda: b"Serving HTTP" in container.logs())
    return container


def serving(inside: int, published: int | None, host: str = "0.0.0.0") -> Step:
    return lambda workspace: serve(workspace, inside, published, host)


def ask(workspace: FaultWorkspace) -> None:
    requests.get(workspace.kept.get("url", f"http://{LOOPBACK}:{workspace.kept['port']}/"), timeout=10)


def ask_with_curl(workspace: FaultWorkspace) -> None:
    workspace.shell(f"curl -sS http://{LOOPBACK}:{workspace.kept['port']}/")


def on_all_addresses(workspace: FaultWorkspace, fix: str) -> None:
    assert fix == 'host="0.0.0.0"'
    workspace.client.containers.get(workspace.name).remove(force=True)
    serve(workspace, 5000, 5000, fix.split('"')[1])


def published_anew(workspace: FaultWorkspace, fix: str) -> None:
    workspace.client.containers.get(workspace.name).remove(force=True)
    workspace.shell(f"docker run -d {workspace.label} {fix} {BASE_IMAGE} {SERVE.format(port=5000, host='0.0.0.0')}")
    wait_until_up(workspace.kept["port"])


def run_anew(workspace: FaultWorkspace, fix: str) -> None:
    workspace.client.containers.get(workspace.name).remove(force=True)
    workspace.shell(f"{fix.replace(' -d ', f' -d {workspace.label} ')} {SERVE.format(port=5000, host='0.0.0.0')}")
    wait_until_up(workspace.kept["port"])


def slow(workspace: FaultWorkspace) -> None:
    workspace.kept["port"] = free_port()
    command = ["sh", "-c", f"sleep 3; exec {SERVE.format(port=5000, host='0.0.0.0')}"]
    workspace.start(command=command, ports={"5000/tcp": (LOOPBACK, workspace.kept["port"])})


def waited_for(workspace: FaultWorkspace, fix: str) -> None:
    assert fix == f"wait_until_up({workspace.kept['port']})"
    wait_until_up(workspace.kept["port"])


def ended(workspace: FaultWorkspace) -> None:
    serve(workspace, 5000, 5000).kill()


def looked_into(workspace: FaultWorkspace, fix: str) -> None:
    assert fix == f"./tutorial explain {workspace.name}"
    workspace.client.containers.get(workspace.name).start()
    wait_until_up(workspace.kept["port"])


def at_another_host_port(workspace: FaultWorkspace) -> None:
    """Serve on a container port that is free on the host, and ask there."""
    inside = free_port()
    serve(workspace, inside, inside)
    workspace.kept["url"] = f"http://{LOOPBACK}:{inside}/"


def asked_there(workspace: FaultWorkspace, fix: str) -> None:
    workspace.kept["url"] = fix


def only_there(workspace: FaultWorkspace) -> None:
    """Look at a container that runs, as ./tutorial explain CONTAINER does."""
    container = workspace.client.containers.get(workspace.name)
    if "--bind 0.0.0.0" not in " ".join(container.attrs["Config"]["Cmd"]):
        raise FailedError(container)


FAULTS = [
    Fault("listens-inside-only", serving(5000, 5000, LOOPBACK), ask, on_all_addresses),
    Fault("listens-inside-only", serving(5000, 5000, LOOPBACK), ask_with_curl, on_all_addresses),
    Fault("listens-inside-only", serving(5000, 5000, LOOPBACK), only_there, on_all_addresses),
    Fault("other-container-port", serving(5000, 80), ask, published_anew),
    Fault("other-container-port", serving(5000, 80), ask_with_curl, published_anew),
    Fault("not-up-yet", slow, ask, waited_for),
    Fault("container-ended", ended, ask, looked_into),
    Fault("container-ended", ended, ask_with_curl, looked_into),
    Fault("other-host-port", at_another_host_port, ask, asked_there),
    Fault("not-published", serving(5000, None), ask, run_anew),
    Fault("not-published", serving(5000, None), ask_with_curl, run_anew),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
