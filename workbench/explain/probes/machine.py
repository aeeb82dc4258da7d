"""Probes of the engine, its socket, its disk, ports, and of what talks to it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from workbench.engine import client as engine
from workbench.engine import ports
from workbench.errors import TutorialError
from workbench.explain.proof import Case, Proof
from workbench.system.units import size

SOCKET = "/var/run/docker.sock"
LITTLE = 500e6  # bytes; with less, an engine can neither unpack a layer nor build


def no_answer(_case: Case) -> Proof:
    """Ping the engine's API, as ``docker version`` does."""
    try:
        engine.connect(timeout=3).close()
    except TutorialError as error:
        return Proof(True, error.what)
    return Proof(False, "an engine answers now.")


def host_elsewhere(case: Case) -> Proof:
    """See that DOCKER_HOST leads to where nobody answers."""
    if not os.environ.get("DOCKER_HOST"):
        return Proof(False, "DOCKER_HOST is not set.")
    return no_answer(case)


def no_entry(_case: Case) -> Proof:
    """See whether this user may use the socket."""
    path = Path(os.environ.get("DOCKER_HOST", f"unix://{SOCKET}").removeprefix("unix://"))
    if not path.exists():
        return Proof(None, f"there is no {path} on this machine.")
    if os.access(path, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        return Proof(False, f"this user may use {path}.")
    return Proof(True, f"this user may not use {path}, which belongs to the group {path.group()}.")


def container_on_port(case: Case) -> Proof:
    """Find the container that publishes a host port."""
    holder = ports.holder(int(case.name("port")), case.client)
    if holder.kind == "container":
        found = f"{holder} ({holder.whose}) publishes host port {case.name('port')}."
        return Proof(True, found, {"container": holder.name})
    return Proof(False, f"no running container publishes host port {case.name('port')}.")


def program_on_port(case: Case) -> Proof:
    """Find the program that holds a host port, and the next free one."""
    port = int(case.name("port"))
    names = {"free_port": str(next(ports.free_ports(port + 1)))}
    if ports.is_free(port):
        return Proof(False, f"host port {port} is free.", names)
    holder = ports.holder(port)
    whose = f" ({holder.whose})" if holder.whose else ""
    return Proof(True, f"host port {port} is taken by {holder}{whose}.", names)


def little_space(case: Case) -> Proof:
    """Measure the disk that has the engine's files."""
    folder = case.client.info()["DockerRootDir"]
    free = shutil.disk_usage(folder).free
    return Proof(free < LITTLE, f"{size(free)} are free where the engine keeps its files, {folder}.")


def api_versions(case: Case) -> Proof:
    """Compare the version of the API that was asked for with those that the engine speaks."""
    version = case.client.version(api_version=False)
    lowest, highest = version["MinAPIVersion"], version["ApiVersion"]
    spoken = _number(lowest) <= _number(case.name("version")) <= _number(highest)
    return Proof(not spoken, f"the engine speaks API {lowest} to {highest}; {case.name('version')} was asked for.")


def old_pair(_case: Case) -> Proof:
    """Compare docker-py's version with that of requests."""
    docker_py, requests = map(importlib.metadata.version, ("docker", "requests"))
    return Proof(_number(docker_py) < (7, 1), f"this Python has docker {docker_py} and requests {requests}.")


def no_helper(case: Case) -> Proof:
    """Look for the program that should keep the logins."""
    program = f"docker-credential-{case.name('helper')}"
    if shutil.which(program):
        return Proof(False, f"{program} is on the PATH.")
    return Proof(True, f"there is no {program} on the PATH.")


def no_module(case: Case) -> Proof:
    """Look for a module in this Python."""
    if importlib.util.find_spec(case.name("module").partition(".")[0]):
        return Proof(False, f"this Python has a module {case.name('module')}.")
    return Proof(True, f"this Python has no module {case.name('module')}.")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
