"""Faults of what a build installs."""

from __future__ import annotations

import pytest

from workbench.settings import BASE_IMAGE, FLASK

from .fault_workspace import Fault, FaultWorkspace, Step, before, build, replacing, shell
from .prove_fault import prove
from .wheels import FROM_WHEELS, offer_wheel

pytestmark = pytest.mark.docker
FROM = f"FROM {BASE_IMAGE}"
CONTRADICTION = "RUN pip install flask==2.0 werkzeug==1.0"
UNPINNED = f"RUN pip install --quiet --disable-pip-version-check --no-cache-dir Flask=={FLASK}"


def wheels(*lines: str) -> Step:
    """Lay out a package, and a Dockerfile that lets pip look nowhere else."""

    def make(workspace: FaultWorkspace) -> None:
        offer_wheel(workspace.folder, "flask", "1.0")
        workspace.write("requirements.txt", "flask==1.0\n")
        workspace.dockerfile(FROM, *FROM_WHEELS, *lines)

    return make


def flask_alone(workspace: FaultWorkspace) -> None:
    workspace.dockerfile(FROM, UNPINNED, 'CMD ["python", "-c", "import flask"]')


def build_with_network_and_run(workspace: FaultWorkspace) -> None:
    workspace.run(workspace.build(network_mode=None))


def pinned(workspace: FaultWorkspace, fix: str) -> None:
    options = "--quiet --disable-pip-version-check --no-cache-dir"
    replacing(UNPINNED)(workspace, f"RUN {fix} {options}")


def pinned_here(workspace: FaultWorkspace, fix: str) -> None:
    replacing("RUN pip install flask==9.0")(workspace, f"RUN pip install {fix}")


def contradicting(workspace: FaultWorkspace) -> None:
    offer_wheel(workspace.folder, "flask", "2.0", requires="werkzeug (>=2)")
    offer_wheel(workspace.folder, "werkzeug", "1.0")
    offer_wheel(workspace.folder, "werkzeug", "2.0")
    workspace.dockerfile(FROM, *FROM_WHEELS, CONTRADICTION)


def required(*packages: str) -> Step:
    """Lay out a requirements file, and a package that is there."""

    def make(workspace: FaultWorkspace) -> None:
        wheels("COPY requirements.txt ./", "RUN pip install -r requirements.txt")(workspace)
        workspace.write("requirements.txt", "\n".join([*packages, "flask==1.0"]) + "\n")

    return make


def require_instead(workspace: FaultWorkspace, fix: str) -> None:
    workspace.write("requirements.txt", f"{fix}\nflask==1.0\n")


def filtered(workspace: FaultWorkspace, fix: str) -> None:
    shell(workspace, f"{fix} && mv requirements.new requirements.txt")


def by_powershell(workspace: FaultWorkspace) -> None:
    wheels("COPY requirements.txt ./", "RUN pip install -r requirements.txt")(workspace)
    (workspace.folder / "requirements.txt").write_bytes("flask==1.0\n".encode("utf-16-le"))


FAULTS = [
    Fault(
        "pip-conflict",
        contradicting,
        build,
        lambda workspace, fix: replacing(CONTRADICTION)(workspace, f"RUN {fix}"),
    ),
    Fault("pip-for-windows", required("pywin32==306"), build, require_instead),
    Fault("pip-frozen-system", required("cloud-init==20.4"), build, filtered),
    Fault("requirements-utf-16", by_powershell, build, shell),
    Fault("werkzeug-3", flask_alone, build_with_network_and_run, pinned),
    Fault("requirements-missing", wheels("RUN pip install -r requirements.txt"), build, before("RUN")),
    Fault("pip-no-such-version", wheels("RUN pip install flask==9.0"), build, pinned_here),
    Fault("pip-no-such-package", wheels("RUN pip install flaskk"), build, replacing("RUN pip install flaskk")),
    Fault("pip-not-root", wheels("USER 1000", "RUN pip install flask"), build, before("RUN")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
