"""Faults that end a container, and what a program or the engine refuses."""

from __future__ import annotations

import pytest

from tests.support.waiting import wait_until
from workbench.settings import BASE_IMAGE

from .fault_workspace import (
    FailedError,
    Fault,
    FaultWorkspace,
    Step,
    after,
    before,
    build_and_run,
    keeping,
    nothing,
    replacing,
    shell,
)
from .prove_fault import prove
from .wheels import offer_wheel

pytestmark = pytest.mark.docker
FROM = f"FROM {BASE_IMAGE}"
NEEDS_MEMORY = "x = b'x' * 40_000_000; print('enough')"
WRITES = "open('/tmp/notes', 'w').write('x')"
FILLS = "open('/small/notes', 'wb').write(bytes(8_000_000))"
POLITE = """\
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("Ready", flush=True)
time.sleep(600)
"""
LINE = "CMD python /polite.py"
NOT_IN_ROOT = 'CMD ["python", "degrees_api.py"]'


def ends_well(workspace: FaultWorkspace) -> None:
    """Wait for the container's end; one that ended by a fault is what there is to explain."""
    container = workspace.client.containers.get(workspace.name)
    if container.wait()["StatusCode"]:
        raise FailedError(container)


def runs(workspace: FaultWorkspace) -> None:
    container = workspace.client.containers.get(workspace.name)
    if container.status != "running":
        raise FailedError(container)


def hungry(workspace: FaultWorkspace) -> None:
    workspace.start(command=["python", "-c", NEEDS_MEMORY], name=workspace.name, mem_limit="20m", memswap_limit="20m")


def start_stubborn(workspace: FaultWorkspace) -> None:
    """Start a program without a handler, and stop it with little patience; by the fix, with an init."""
    workspace.dockerfile(FROM, 'CMD ["sleep", "600"]')
    image = workspace.build()
    if "run" in workspace.kept:
        workspace.shell(workspace.kept["run"].replace(" -d ", f" -d --name {workspace.name} "))
    else:
        workspace.start(image, name=workspace.name)
    container = workspace.client.containers.get(workspace.name)
    container.stop(timeout=1)
    container.reload()
    if container.attrs["State"]["ExitCode"] == 137:
        raise FailedError(container)


def stubborn_again(workspace: FaultWorkspace, fix: str) -> None:
    workspace.client.containers.get(workspace.name).remove()
    workspace.kept["run"] = fix


def start_behind_a_shell(workspace: FaultWorkspace) -> None:
    """Start a program with a handler by a line for the shell, and stop it with little patience."""
    container = workspace.start(workspace.build(), name=workspace.name)
    wait_until(lambda: b"Ready" in container.logs())
    container.stop(timeout=1)
    container.reload()
    if container.attrs["State"]["ExitCode"] == 137:
        raise FailedError(container)


def polite(workspace: FaultWorkspace) -> None:
    workspace.write("polite.py", POLITE)
    workspace.dockerfile(FROM, "COPY polite.py /", LINE)


def written_as_list(workspace: FaultWorkspace, fix: str) -> None:
    workspace.client.containers.get(workspace.name).remove()
    replacing(LINE)(workspace, fix)


def ended_by(signal: str) -> Step:
    """Let a container end by a signal."""

    def make(workspace: FaultWorkspace) -> None:
        container = workspace.start(command=["sleep", "600"], name=workspace.name, init=True)
        container.kill(signal)
        container.wait()

    return make


def crash(workspace: FaultWorkspace) -> None:
    code = "import ctypes; ctypes.string_at(0)"
    if "run" not in workspace.kept:
        workspace.dockerfile(FROM, f'CMD ["python", "-c", "{code}"]')
        workspace.run(workspace.build())
    # What the fix promises is the line where it happened.
    with pytest.raises(FailedError, match="Fatal Python error: Segmentation fault") as told:
        workspace.shell(workspace.kept["run"])
    assert 'File "<string>", line 1' in str(told.value)


def run_with(place: str, code: str) -> Step:
    """Run a program with a place to write, or by the fix with another; the container is what there is to explain."""

    def step(workspace: FaultWorkspace) -> None:
        options = f"--name {workspace.name} {workspace.label} {workspace.kept.get('place', place)}"
        try:
            workspace.shell(f'docker run {options} {BASE_IMAGE} python -c "{code}"')
        except FailedError:
            raise FailedError(workspace.client.containers.get(workspace.name)) from None

    return step


def another_place(workspace: FaultWorkspace, fix: str) -> None:
    workspace.client.containers.get(workspace.name).remove()
    workspace.kept["place"] = f"--read-only {fix}"


def nobodys(workspace: FaultWorkspace) -> None:
    workspace.write("write.py", "import os\nos.path.isdir('/data') and os.chdir('/data')\nopen('data.db', 'w')\n")
    workspace.dockerfile(FROM, "COPY write.py /", "USER 1000", 'CMD ["python", "/write.py"]')


def elsewhere(workspace: FaultWorkspace) -> None:
    workspace.write("degrees_api.py", "print('up')\n")
    workspace.dockerfile(FROM, "COPY degrees_api.py /srv/", NOT_IN_ROOT)


def importing(workspace: FaultWorkspace) -> None:
    offer_wheel(workspace.folder, "tqdm", "1.0")
    workspace.dockerfile(
        FROM, "COPY *.whl /wheels/", "ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels", 'CMD ["python", "-m", "tqdm"]'
    )


def left_ended(workspace: FaultWorkspace) -> None:
    workspace.start(command=["sleep", "600"], name=workspace.name, init=True).stop(timeout=1)


def left_running(workspace: FaultWorkspace) -> None:
    workspace.start(command=["sleep", "600"], name=workspace.name, init=True)


def left_of_an_image(workspace: FaultWorkspace) -> None:
    workspace.dockerfile(FROM, "ENV OURS=yes")
    workspace.client.containers.create(workspace.build(), name=workspace.name)


def execute(workspace: FaultWorkspace) -> None:
    workspace.client.containers.get(workspace.name).exec_run("true")


def remove(workspace: FaultWorkspace) -> None:
    if workspace.client.containers.list(all=True, filters={"name": workspace.name}):
        workspace.client.containers.get(workspace.name).remove()


def remove_image(workspace: FaultWorkspace) -> None:
    workspace.client.images.remove(f"{workspace.name}:1.0")


def look(workspace: FaultWorkspace) -> None:
    workspace.client.containers.get(workspace.kept.get("name", f"{workspace.name}s"))


def join(workspace: FaultWorkspace) -> None:
    workspace.run(command="true", network_mode=None, network=workspace.name)


def network_and_mark(workspace: FaultWorkspace, fix: str) -> None:
    workspace.shell(fix.replace("create", f"create {workspace.label}"))


FAULTS = [
    Fault("out-of-memory", hungry, ends_well, shell),
    Fault("signal-kept-by-shell", polite, start_behind_a_shell, written_as_list),
    Fault("stop-took-too-long", nothing, start_stubborn, stubborn_again),
    Fault("killed", ended_by("KILL"), runs, shell),
    Fault("asked-to-end", ended_by("TERM"), runs, shell),
    Fault("crashed", nothing, crash, keeping("run")),
    Fault("read-only", nothing, run_with("--read-only", WRITES), another_place),
    Fault("tmpfs-full", nothing, run_with("--tmpfs /small:size=4m", FILLS), another_place),
    Fault("not-root", nobodys, build_and_run, before("USER")),
    Fault("file-not-in-image", elsewhere, build_and_run, replacing(NOT_IN_ROOT)),
    Fault("module-not-in-image", importing, build_and_run, after("ENV")),
    Fault("container-not-running", left_ended, execute, shell),
    Fault("container-still-running", left_running, remove, shell),
    Fault("no-such-container", left_running, look, keeping("name")),
    Fault("image-in-use", left_of_an_image, remove_image, shell),
    Fault("no-such-network", nothing, join, network_and_mark),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
