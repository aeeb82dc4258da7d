"""Faults that keep a container from starting, or end it at once."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
from hashlib import sha256

import pytest

from workbench.settings import BASE_IMAGE

from .apt import archive
from .fault_workspace import (
    FailedError,
    Fault,
    FaultWorkspace,
    Step,
    after,
    build,
    build_and_run,
    keeping,
    nothing,
    replacing,
    shell,
)
from .prove_fault import prove

pytestmark = pytest.mark.docker
FROM = f"FROM {BASE_IMAGE}"
NO_COMMA, SINGLE_QUOTES = 'CMD ["python" "-V"]', "CMD ['python', '-V']"
START, WRONG_PATH = 'CMD ["/start.sh"]', 'CMD ["/app/start.sh"]'
ELF_OF_ARM64 = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00\x01\x00\x00\x00" + bytes(40)


def dockerfile(*lines: str) -> Step:
    return lambda workspace: workspace.dockerfile(FROM, *lines)


def script(text: str, *lines: str) -> Step:
    """Lay out a script, executable in the image, and what else the Dockerfile says."""

    def make(workspace: FaultWorkspace) -> None:
        workspace.write("start.sh", text)
        workspace.dockerfile(FROM, "COPY start.sh /start.sh", "RUN chmod +x /start.sh", *lines)

    return make


def run_command(workspace: FaultWorkspace) -> None:
    workspace.run(command=[workspace.kept.get("command", "pythn"), "--version"])


def written_right(workspace: FaultWorkspace, fix: str) -> None:
    workspace.dockerfile(FROM, f"RUN {fix} -V")


def without_permission(workspace: FaultWorkspace) -> None:
    workspace.write("start.sh", "#!/bin/sh\necho up\n")
    (workspace.folder / "start.sh").chmod(0o644)
    workspace.dockerfile(FROM, "COPY start.sh /start.sh", 'CMD ["/start.sh"]')


def first_line(workspace: FaultWorkspace, fix: str) -> None:
    """Write the fix into the script, in the place of a first line that is an interpreter, or before it."""
    lines = (workspace.folder / "start.sh").read_text().splitlines()
    workspace.write("start.sh", "\n".join([fix, *[line for line in lines if not line.startswith("#!")]]) + "\n")


def other_processor(workspace: FaultWorkspace) -> None:
    """Load an image for ARM, as built on another laptop."""
    layer = archive({"bin/up": ELF_OF_ARM64})
    config = {"architecture": "arm64", "os": "linux", "config": {"Cmd": ["/bin/up"], "Labels": workspace.labels}}
    workspace.kept["image"] = f"{workspace.name}:1.0"
    manifest = [{"Config": "config.json", "RepoTags": [workspace.kept["image"]], "Layers": ["layer.tar"]}]
    config["rootfs"] = {"type": "layers", "diff_ids": [f"sha256:{sha256(layer).hexdigest()}"]}
    files = {
        "layer.tar": layer,
        "config.json": json.dumps(config).encode(),
        "manifest.json": json.dumps(manifest).encode(),
    }
    workspace.client.images.load(archive(files))
    labels = [f"LABEL {key}={value}" for key, value in workspace.labels.items()]
    workspace.dockerfile(FROM, 'CMD ["python", "--version"]', *labels)


def run_kept(workspace: FaultWorkspace) -> None:
    container = workspace.start(workspace.kept["image"])
    if container.wait()["StatusCode"]:
        raise FailedError(container)


def take_name(workspace: FaultWorkspace) -> None:
    workspace.client.containers.create(BASE_IMAGE, ["true"], name=workspace.name, labels=workspace.labels)


def run_named(workspace: FaultWorkspace) -> None:
    workspace.run(command="true", name=workspace.name)


def run_in_terminal(workspace: FaultWorkspace) -> None:
    workspace.shell(
        f"{workspace.kept.get('run', 'docker run --rm -it')} {workspace.label} {BASE_IMAGE} python --version"
    )


def run_shell(workspace: FaultWorkspace) -> None:
    """Start a shell; by the fix, in a terminal, with somebody who types."""
    if "run" not in workspace.kept:
        workspace.start(command="bash", name=workspace.name).wait()
        raise FailedError(workspace.client.containers.get(workspace.name))
    terminal, near = pty.openpty()
    line = workspace.kept["run"].replace("--rm", f"--rm {workspace.label}")
    with subprocess.Popen(line, shell=True, stdin=near, stdout=near, stderr=near) as typed:
        os.close(near)
        read_until(terminal, b"# ")
        os.write(terminal, b"exit 7\n")
        assert typed.wait(timeout=30) == 7
    os.close(terminal)


def read_until(terminal: int, prompt: bytes) -> None:
    seen = b""
    while prompt not in seen:
        assert select.select([terminal], [], [], 30)[0], seen
        seen += os.read(terminal, 1000)


def run_mounted(workspace: FaultWorkspace) -> None:
    source = workspace.folder / "data"
    workspace.shell(
        f"docker run --rm {workspace.label} --mount type=bind,source={source},target=/data {BASE_IMAGE} ls /data"
    )


def folder_by_mistake(workspace: FaultWorkspace) -> None:
    (workspace.folder / "data.json").mkdir()


def run_with_file(workspace: FaultWorkspace) -> None:
    source = workspace.folder / "data.json"
    workspace.shell(f"docker run --rm {workspace.label} -v {source}:/etc/hostname {BASE_IMAGE} cat /etc/hostname")


def file_instead(workspace: FaultWorkspace, fix: str) -> None:
    shell(workspace, fix)
    workspace.write("data.json", "{}")


def folder_with_a_space(workspace: FaultWorkspace) -> None:
    (workspace.folder / "my data").mkdir()
    workspace.patch.chdir(workspace.folder)


def run_with_volume(workspace: FaultWorkspace) -> None:
    source = workspace.kept.get("path", "'my data'")
    workspace.shell(f"docker run --rm {workspace.label} -v {source}:/data {BASE_IMAGE} ls /data")


def run_limited(workspace: FaultWorkspace) -> None:
    workspace.shell(f"docker run --rm {workspace.label} {workspace.kept.get('limit', '-m 512')} {BASE_IMAGE} true")


FAULTS = [
    Fault("words-in-one", dockerfile('CMD ["python -V"]'), build_and_run, replacing('CMD ["python -V"]')),
    Fault("command-not-found", nothing, run_command, keeping("command")),
    Fault(
        "command-not-found",
        dockerfile("RUN pythn -V"),
        build,
        lambda workspace, fix: dockerfile(f"RUN {fix} -V")(workspace),
    ),
    Fault("command-is-a-line", dockerfile(NO_COMMA), build_and_run, replacing(NO_COMMA)),
    Fault("command-is-a-line", dockerfile(SINGLE_QUOTES), build_and_run, replacing(SINGLE_QUOTES)),
    Fault("path-not-found", script("#!/bin/sh\necho up\n", WRONG_PATH), build_and_run, replacing(WRONG_PATH)),
    Fault("not-executable", without_permission, build_and_run, after("COPY")),
    Fault("windows-lines", script("#!/bin/sh\r\necho up\r\n", START), build_and_run, after("COPY")),
    Fault("windows-line-ends", script("#!/usr/bin/env python\r\n1\r\n", "CMD /start.sh"), build_and_run, after("COPY")),
    Fault("windows-line-ends", script("cd /tmp\r\nls\r\n", 'CMD ["bash", "/start.sh"]'), build_and_run, after("COPY")),
    Fault("interpreter-missing", script("#!/bin/zsh\necho up\n", START), build_and_run, first_line),
    Fault("no-shebang", script("echo up\n", START), build_and_run, first_line),
    Fault("other-processor", other_processor, run_kept, shell),
    Fault("name-in-use", take_name, run_named, shell),
    Fault("no-terminal", nothing, run_in_terminal, keeping("run")),
    Fault("shell-without-input", nothing, run_shell, keeping("run")),
    Fault("mount-source", nothing, run_mounted, shell),
    Fault("mount-kinds", folder_by_mistake, run_with_file, file_instead),
    Fault("volume-name", folder_with_a_space, run_with_volume, keeping("path")),
    Fault("memory-too-small", nothing, run_limited, keeping("limit")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
