"""Faults of what a build installs."""

from __future__ import annotations

import pytest

from workbench.settings import BASE_IMAGE, FLASK

from .fault_workspace import Fault, FaultWorkspace, Step, before, build, replacing
from .prove_fault import prove
from .wheels import FROM_WHEELS, offer_wheel

pytestmark = pytest.mark.docker
FROM = f"FROM {BASE_IMAGE}"
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


FAULTS = [
    Fault("werkzeug-3", flask_alone, build_with_network_and_run, pinned),
    Fault("requirements-missing", wheels("RUN pip install -r requirements.txt"), build, before("RUN")),
    Fault("pip-no-such-version", wheels("RUN pip install flask==9.0"), build, pinned_here),
    Fault("pip-no-such-package", wheels("RUN pip install flaskk"), build, replacing("RUN pip install flaskk")),
    Fault("pip-not-root", wheels("USER 1000", "RUN pip install flask"), build, before("RUN")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
