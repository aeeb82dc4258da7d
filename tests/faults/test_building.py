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

    def make(bench: FaultWorkspace) -> None:
        bench.write(APP, "print('up')\n")
        bench.dockerfile(FROM, *lines)

    return make


def ignoring(bench: FaultWorkspace) -> None:
    with_app(f"COPY {APP} ./")(bench)
    bench.write(".dockerignore", "*.py\n")


def outside(bench: FaultWorkspace) -> None:
    bench.write("above.py", "print('up')\n")
    (bench.folder / "app").mkdir()
    bench.folder = bench.folder / "app"
    with_app("COPY ../above.py ./")(bench)


def copied_in(bench: FaultWorkspace, fix: str) -> None:
    shell(bench, fix)
    replacing("COPY ../above.py ./")(bench, "COPY above.py ./")


def written_right(bench: FaultWorkspace, fix: str) -> None:
    replacing("RUNN echo hello")(bench, f"{fix} echo hello")


def text_file(bench: FaultWorkspace) -> None:
    bench.write("Dockerfile.txt", f"{FROM}\n")


def build_named(bench: FaultWorkspace) -> None:
    bench.kept.setdefault("tag", bench.name.upper() + "/Degrees API:1.0")
    bench.build(tag=bench.kept["tag"])


def build_path(bench: FaultWorkspace) -> None:
    fix = bench.kept.get("path", f"path={bench.folder}/Dockerfile")
    bench.build(path=fix.removeprefix("path="))


FAULTS = [
    Fault("copy-missing", with_app("COPY degrees.py ./"), build, replacing("COPY degrees.py ./")),
    Fault("copy-ignored", ignoring, build, shell),
    Fault("copy-outside", outside, build, copied_in),
    Fault(
        "unknown-instruction",
        with_app("RUNN echo hello"),
        build,
        lambda bench, fix: bench.dockerfile(FROM, f"{fix} echo hello"),
    ),
    Fault("line-not-continued", with_app("RUN echo hello", "    everybody"), build, replacing("RUN echo hello")),
    Fault("instruction-arguments", with_app(f"COPY {APP}"), build, replacing(f"COPY {APP}")),
    Fault("no-dockerfile", text_file, build, shell),
    Fault(
        "empty-dockerfile", lambda bench: bench.write("Dockerfile", ""), build, lambda bench, fix: bench.dockerfile(fix)
    ),
    Fault("no-from", lambda bench: bench.dockerfile("RUN echo hello"), build, before("RUN")),
    Fault("invalid-name", with_app(), build_named, keeping("tag")),
    Fault("needs-buildkit", with_app(f"COPY --chmod=755 {APP} ./"), build, replacing(f"COPY --chmod=755 {APP} ./")),
    Fault("no-such-folder", with_app(), build_path, keeping("path")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(bench: FaultWorkspace, fault: Fault) -> None:
    prove(bench, fault)
