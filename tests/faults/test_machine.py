"""Faults of the machine: the engine out of reach or at its limits, ports that are taken, what the network does."""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import socket
import sys
from collections.abc import Iterator

import docker
import pytest

from workbench.engine.ports import is_free
from workbench.provision import registries
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS

from .fault_workspace import FailedError, Fault, FaultWorkspace, Step, keeping, nothing, shell
from .machine.old_pair import make_old_pair, run_in
from .prove_fault import prove
from .wheels import offer_wheel

pytestmark = [
    pytest.mark.docker,
    # docker-py doesn't close the socket on which nobody has answered.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
# The proof looks at the packages of the Python that failed, so the explaining is done there.
EXPLAIN_PING = """
import json, warnings
import docker
from workbench.explain import explain
warnings.simplefilter("ignore")
try:
    docker.from_env().ping()
    found = None
except docker.errors.DockerException as error:
    explanation = explain(error)
    found = [explanation.cause.key, explanation.proof.confirmed, explanation.fix]
print(json.dumps(found))
"""


@pytest.fixture(autouse=True)
def fixture_late_sockets() -> Iterator[None]:
    """Collect those sockets while their warnings are expected."""
    yield
    gc.collect()


def set_variable(name: str, value: str) -> Step:
    return lambda workspace: workspace.patch.setenv(name, value)


def unset(workspace: FaultWorkspace, fix: str) -> None:
    """Do what ``unset`` does, in the process that reads the variable."""
    command, name = fix.split()
    assert command == "unset"
    workspace.patch.delenv(name)


def ping(_bench: FaultWorkspace) -> None:
    docker.from_env().ping()


def list_containers(workspace: FaultWorkspace) -> None:
    workspace.shell("docker ps")


def publishing(workspace: FaultWorkspace) -> None:
    container = workspace.start(
        command=["sleep", "600"], init=True, name=workspace.name, ports={"5000/tcp": (LOOPBACK, None)}
    )
    workspace.kept["port"] = workspace.client.api.port(str(container.id), 5000)[0]["HostPort"]


def publish_too(workspace: FaultWorkspace) -> None:
    workspace.start(command=["true"], ports={"5000/tcp": (LOOPBACK, int(workspace.kept["port"]))})


def listening(workspace: FaultWorkspace) -> None:
    # Far from the ports that systems hand out, so that the next one is free, too, and stays so.
    ports = random.sample(range(20_000, 30_000), 100)
    listener = next(socket.create_server((LOOPBACK, port)) for port in ports if is_free(port))
    workspace.kept["listener"] = listener
    workspace.kept["door"] = f"-p {LOOPBACK}:{listener.getsockname()[1]}:5000"


def run_at_door(workspace: FaultWorkspace) -> None:
    workspace.shell(f"docker run --rm {workspace.label} {workspace.kept['door']} {BASE_IMAGE} true")


def other_door(workspace: FaultWorkspace, fix: str) -> None:
    keeping("door")(workspace, fix)
    run_at_door(workspace)
    workspace.kept["listener"].close()


def left_by_desktop(workspace: FaultWorkspace) -> None:
    workspace.patch.setenv("DOCKER_CONFIG", str(workspace.folder))
    workspace.write("config.json", json.dumps({"auths": {}, "credsStore": "nowhere"}, indent=2))
    registries.ensure(PATHS, workspace.client, registries.PUSH)
    workspace.kept["target"] = registries.push_target(PATHS)


def log_in(workspace: FaultWorkspace) -> None:
    mine = workspace.kept["target"]
    workspace.shell(f"docker login --username {mine.username} --password-stdin {mine.address}", typed=mine.password)


def import_tiny(_bench: FaultWorkspace) -> None:
    __import__("sympy")


def offering_tiny(workspace: FaultWorkspace) -> None:
    offer_wheel(workspace.folder, "sympy", "1.0")
    workspace.patch.syspath_prepend(str(workspace.folder / "installed"))
    workspace.patch.setenv("PIP_NO_INDEX", "1")
    workspace.patch.setenv("PIP_FIND_LINKS", str(workspace.folder))
    workspace.patch.setenv("PIP_TARGET", str(workspace.folder / "installed"))


def magic(workspace: FaultWorkspace, fix: str) -> None:
    """Do what IPython does with a line that begins with %pip."""
    assert fix.startswith("%pip ")
    workspace.shell(f"{sys.executable} -m pip {fix.removeprefix('%pip ')}")
    importlib.invalidate_caches()


def look_up(workspace: FaultWorkspace) -> None:
    """Look up a name in a container, with name servers that are none; by the fix, with a right one."""
    options = workspace.kept.get("options", "--dns 127.0.0.1")
    code = "import socket; socket.gethostbyname('pypi.org')"
    try:
        workspace.shell(
            f'docker run --name {workspace.name} {workspace.label} {options} {BASE_IMAGE} python -c "{code}"'
        )
    except FailedError:
        raise FailedError(workspace.client.containers.get(workspace.name)) from None


def without_network(workspace: FaultWorkspace) -> None:
    workspace.kept["options"] = "--network none"


def with_other_options(workspace: FaultWorkspace, fix: str) -> None:
    workspace.client.containers.get(workspace.name).remove()
    workspace.kept["options"] = fix


FAULTS = [
    Fault("docker-host", set_variable("DOCKER_HOST", "unix:///nowhere/docker.sock"), ping, unset),
    Fault("docker-host", set_variable("DOCKER_HOST", f"tcp://{LOOPBACK}:1"), ping, unset),
    Fault("docker-host", set_variable("DOCKER_HOST", f"tcp://{LOOPBACK}:1"), list_containers, unset),
    Fault("api-too-new", set_variable("DOCKER_API_VERSION", "1.99"), list_containers, unset),
    Fault("api-too-old", set_variable("DOCKER_API_VERSION", "1.2"), list_containers, unset),
    Fault("port-of-a-container", publishing, publish_too, shell),
    Fault("port-of-a-program", listening, run_at_door, other_door),
    Fault("credential-helper", left_by_desktop, log_in, shell),
    Fault("module-not-here", offering_tiny, import_tiny, magic),
    Fault("names-in-container", nothing, look_up, with_other_options),
    Fault("no-network", without_network, look_up, with_other_options),
]


def test_a_docker_py_of_yesterday_is_explained_and_repaired(workspace: FaultWorkspace) -> None:
    make_old_pair(workspace.folder)
    workspace.patch.setenv("PATH", f"{workspace.folder}/bin{os.pathsep}{os.environ['PATH']}")
    key, confirmed, fix = json.loads(run_in(workspace.folder, EXPLAIN_PING))
    assert (key, confirmed) == ("old-docker-py", True)
    workspace.shell(fix)
    assert json.loads(run_in(workspace.folder, EXPLAIN_PING)) is None


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
