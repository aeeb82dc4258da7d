"""Faults of a line that the docker command can't read."""

from __future__ import annotations

import sys

import pytest

from workbench.settings import BASE_IMAGE, LOOPBACK

from .fault_workspace import FailedError, Fault, FaultWorkspace, Repair, Step, keeping, nothing, shell
from .prove_fault import prove

pytestmark = pytest.mark.docker
FROM = f"FROM {BASE_IMAGE}"


def line(template: str, key: str = "words", wrong: str = "") -> Step:
    """Type a line with the wrong words, or with those of the fix."""

    def step(workspace: FaultWorkspace) -> None:
        words = workspace.kept.get(key, wrong)
        workspace.shell(template.format(words, label=workspace.label, name=workspace.name))

    return step


def in_the_place_of(key: str, value: str) -> Repair:
    """Keep the fix, with a real value where it says VALUE."""
    return lambda workspace, fix: workspace.kept.update({key: fix.replace("VALUE", value).replace("IMAGE", BASE_IMAGE)})


def to_build(workspace: FaultWorkspace) -> None:
    labels = [f"LABEL {key}={value}" for key, value in workspace.labels.items()]
    workspace.dockerfile(FROM, *labels)


def build_line(workspace: FaultWorkspace) -> None:
    workspace.shell(workspace.kept.get("line", f"docker build -t {workspace.name}:1.0"))


def help_line(workspace: FaultWorkspace) -> None:
    workspace.shell(workspace.kept.get("line", "docker run"))


def behind_the_image(workspace: FaultWorkspace) -> None:
    """Give an option behind the image's name; by the fix, before it."""
    default = f"docker run {BASE_IMAGE} --workdir /srv"
    line = workspace.kept.get("line", default).replace("docker run", f"docker run {workspace.label}")
    workspace.shell(line)


def folder_with_a_space(workspace: FaultWorkspace) -> None:
    workspace.folder = workspace.folder / "my project"
    workspace.folder.mkdir()
    workspace.patch.chdir(workspace.folder)


def mount_here(workspace: FaultWorkspace) -> None:
    volume = workspace.kept.get("volume", "-v $(pwd):/code")
    workspace.shell(f"docker run --rm {workspace.label} {volume} {BASE_IMAGE} true")


def without_command(workspace: FaultWorkspace) -> None:
    workspace.write("app.py", "print('up')\n")
    workspace.dockerfile(FROM, "COPY app.py ./", "CMD []")


def run_it(workspace: FaultWorkspace) -> None:
    workspace.shell(f"docker run --rm {workspace.label} {workspace.build()}")


def own_docker(workspace: FaultWorkspace) -> None:
    workspace.write("docker.py", "import docker\n")
    workspace.patch.chdir(workspace.folder)


def use_docker_py(workspace: FaultWorkspace) -> None:
    workspace.shell(f"{sys.executable} -c 'import docker; docker.from_env()'")


def without_network(workspace: FaultWorkspace) -> None:
    """Leave a stopped container whose network is gone."""
    network = workspace.client.networks.create(workspace.name, labels=workspace.labels)
    workspace.start(command="true", name=workspace.name, network=workspace.name).wait()
    network.remove()


def start_by_name(workspace: FaultWorkspace) -> None:
    if not workspace.client.containers.list(all=True, filters={"name": f"^/{workspace.name}$"}):
        workspace.start(command="true", name=workspace.name)
        return
    try:
        workspace.shell(f"docker start {workspace.name}")
    except FailedError:
        workspace.client.containers.get(workspace.name).start()


FAULTS = [
    Fault("build-no-folder", to_build, build_line, keeping("line")),
    Fault("command-words", nothing, help_line, keeping("line")),
    Fault(
        "publish-address",
        nothing,
        line(f"docker run --rm {{label}} {{}} {BASE_IMAGE} true", wrong="-p localhost:25999:5000"),
        keeping("words"),
    ),
    Fault(
        "publish-format",
        nothing,
        line(f"docker create {{label}} {{}} {BASE_IMAGE} true", wrong=f"-p {LOOPBACK}:5000:web"),
        keeping("words"),
    ),
    Fault("option-after-image", nothing, behind_the_image, in_the_place_of("line", "/srv")),
    Fault("path-with-spaces", folder_with_a_space, mount_here, keeping("volume")),
    Fault(
        "volume-format",
        nothing,
        line(f"docker run --rm {{label}} {{}} {BASE_IMAGE} true", wrong='-v "$NOT_SET":/app:/code:ro'),
        keeping("words"),
    ),
    Fault(
        "no-command",
        without_command,
        run_it,
        lambda workspace, fix: workspace.dockerfile(FROM, "COPY app.py ./", fix),
    ),
    Fault("docker-module-shadowed", own_docker, use_docker_py, shell),
    Fault("network-gone", without_network, start_by_name, shell),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
