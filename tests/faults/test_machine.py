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
from workbench.settings import BASE_IMAGE, LOOPBACK

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
    return lambda bench: bench.patch.setenv(name, value)


def unset(bench: FaultWorkspace, fix: str) -> None:
    """Do what ``unset`` does, in the process that reads the variable."""
    command, name = fix.split()
    assert command == "unset"
    bench.patch.delenv(name)


def ping(_bench: FaultWorkspace) -> None:
    docker.from_env().ping()


def list_containers(bench: FaultWorkspace) -> None:
    bench.shell("docker ps")


def publishing(bench: FaultWorkspace) -> None:
    container = bench.start(command=["sleep", "600"], init=True, name=bench.name, ports={"5000/tcp": (LOOPBACK, None)})
    bench.kept["port"] = bench.client.api.port(str(container.id), 5000)[0]["HostPort"]


def publish_too(bench: FaultWorkspace) -> None:
    bench.start(command=["true"], ports={"5000/tcp": (LOOPBACK, int(bench.kept["port"]))})


def listening(bench: FaultWorkspace) -> None:
    # Far from the ports that systems hand out, so that the next one is free, too, and stays so.
    ports = random.sample(range(20_000, 30_000), 100)
    listener = next(socket.create_server((LOOPBACK, port)) for port in ports if is_free(port))
    bench.kept["listener"] = listener
    bench.kept["door"] = f"-p {LOOPBACK}:{listener.getsockname()[1]}:5000"


def run_at_door(bench: FaultWorkspace) -> None:
    bench.shell(f"docker run --rm {bench.label} {bench.kept['door']} {BASE_IMAGE} true")


def other_door(bench: FaultWorkspace, fix: str) -> None:
    keeping("door")(bench, fix)
    run_at_door(bench)
    bench.kept["listener"].close()


def left_by_desktop(bench: FaultWorkspace) -> None:
    bench.patch.setenv("DOCKER_CONFIG", str(bench.folder))
    bench.write("config.json", json.dumps({"auths": {}, "credsStore": "nowhere"}, indent=2))
    registries.ensure(bench.client, registries.PUSH)
    bench.kept["target"] = registries.push_target()


def log_in(bench: FaultWorkspace) -> None:
    mine = bench.kept["target"]
    bench.shell(f"docker login --username {mine.username} --password-stdin {mine.address}", typed=mine.password)


def import_tiny(_bench: FaultWorkspace) -> None:
    __import__("tiny_of_faults")


def offering_tiny(bench: FaultWorkspace) -> None:
    offer_wheel(bench.folder, "tiny_of_faults", "1.0")
    bench.patch.syspath_prepend(str(bench.folder / "installed"))
    bench.patch.setenv("PIP_NO_INDEX", "1")
    bench.patch.setenv("PIP_FIND_LINKS", str(bench.folder))
    bench.patch.setenv("PIP_TARGET", str(bench.folder / "installed"))


def magic(bench: FaultWorkspace, fix: str) -> None:
    """Do what IPython does with a line that begins with %pip."""
    assert fix.startswith("%pip ")
    bench.shell(f"{sys.executable} -m pip {fix.removeprefix('%pip ')}")
    importlib.invalidate_caches()


def look_up(bench: FaultWorkspace) -> None:
    """Look up a name in a container, with name servers that are none; by the fix, with a right one."""
    options = bench.kept.get("options", "--dns 127.0.0.1")
    code = "import socket; socket.gethostbyname('pypi.org')"
    try:
        bench.shell(f'docker run --name {bench.name} {bench.label} {options} {BASE_IMAGE} python -c "{code}"')
    except FailedError:
        raise FailedError(bench.client.containers.get(bench.name)) from None


def without_network(bench: FaultWorkspace) -> None:
    bench.kept["options"] = "--network none"


def with_other_options(bench: FaultWorkspace, fix: str) -> None:
    bench.client.containers.get(bench.name).remove()
    bench.kept["options"] = fix


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


def test_a_docker_py_of_yesterday_is_explained_and_repaired(bench: FaultWorkspace) -> None:
    make_old_pair(bench.folder)
    bench.patch.setenv("PATH", f"{bench.folder}/bin{os.pathsep}{os.environ['PATH']}")
    key, confirmed, fix = json.loads(run_in(bench.folder, EXPLAIN_PING))
    assert (key, confirmed) == ("old-docker-py", True)
    bench.shell(fix)
    assert json.loads(run_in(bench.folder, EXPLAIN_PING)) is None


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(bench: FaultWorkspace, fault: Fault) -> None:
    prove(bench, fault)
