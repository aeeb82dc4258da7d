"""Faults of the Dockerfile and the build context."""

from __future__ import annotations

import pytest

from workbench.settings import BASE_IMAGE

from .fault_workspace import Fault, FaultWorkspace, Step, before, build, keeping, replacing, shell
from .prove_fault import prove

pytestmark = pytest.mark.docker
FROM = f"FROM {BASE_IMAGE}"
APP = "degrees_api.py"


def with_app(*lines: str) -> Step:
    """Lay out an app and a Dockerfile."""

    def make(workspace: FaultWorkspace) -> None:
        workspace.write(APP, "print('up')\n")
        workspace.dockerfile(FROM, *lines)

    return make


def ignoring(workspace: FaultWorkspace) -> None:
    with_app(f"COPY {APP} ./")(workspace)
    workspace.write(".dockerignore", "*.py\n")


def outside(workspace: FaultWorkspace) -> None:
    workspace.write("above.py", "print('up')\n")
    (workspace.folder / "app").mkdir()
    workspace.folder = workspace.folder / "app"
    with_app("COPY ../above.py ./")(workspace)


def copied_in(workspace: FaultWorkspace, fix: str) -> None:
    shell(workspace, fix)
    replacing("COPY ../above.py ./")(workspace, "COPY above.py ./")


def written_right(workspace: FaultWorkspace, fix: str) -> None:
    replacing("RUNN echo hello")(workspace, f"{fix} echo hello")


def text_file(workspace: FaultWorkspace) -> None:
    workspace.write("Dockerfile.txt", f"{FROM}\n")


def build_named(workspace: FaultWorkspace) -> None:
    workspace.kept.setdefault("tag", workspace.name.upper() + "/Degrees API:1.0")
    workspace.build(tag=workspace.kept["tag"])


def build_path(workspace: FaultWorkspace) -> None:
    fix = workspace.kept.get("path", f"path={workspace.folder}/Dockerfile")
    workspace.build(path=fix.removeprefix("path="))


FAULTS = [
    Fault("copy-missing", with_app("COPY degrees.py ./"), build, replacing("COPY degrees.py ./")),
    Fault("copy-ignored", ignoring, build, shell),
    Fault("copy-outside", outside, build, copied_in),
    Fault(
        "unknown-instruction",
        with_app("RUNN echo hello"),
        build,
        lambda workspace, fix: workspace.dockerfile(FROM, f"{fix} echo hello"),
    ),
    Fault("line-not-continued", with_app("RUN echo hello", "    everybody"), build, replacing("RUN echo hello")),
    Fault("instruction-arguments", with_app(f"COPY {APP}"), build, replacing(f"COPY {APP}")),
    Fault("no-dockerfile", text_file, build, shell),
    Fault(
        "empty-dockerfile",
        lambda workspace: workspace.write("Dockerfile", ""),
        build,
        lambda workspace, fix: workspace.dockerfile(fix),
    ),
    Fault("no-from", lambda workspace: workspace.dockerfile("RUN echo hello"), build, before("RUN")),
    Fault("invalid-name", with_app(), build_named, keeping("tag")),
    Fault("needs-buildkit", with_app(f"COPY --chmod=755 {APP} ./"), build, replacing(f"COPY --chmod=755 {APP} ./")),
    Fault("no-such-folder", with_app(), build_path, keeping("path")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
