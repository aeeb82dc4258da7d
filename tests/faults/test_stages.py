"""Faults of a Dockerfile's lines that only show in a step or when the image runs."""

from __future__ import annotations

import shlex

import pytest

from workbench.settings import BASE_IMAGE, FLASK, WERKZEUG

from .fault_workspace import Fault, FaultWorkspace, Step, before, build, build_and_run, replacing
from .prove_fault import prove

pytestmark = pytest.mark.docker
FROM = f"FROM {BASE_IMAGE}"
PIP = "--quiet --disable-pip-version-check --no-cache-dir"
OLD_FLASK = f"RUN pip install {PIP} Flask==1.1.4"
GREEDY = 'RUN python -c "len(bytearray(400_000_000))"'


def lines(*lines: str, **files: str) -> Step:
    """Lay out files of Python and a Dockerfile."""

    def make(workspace: FaultWorkspace) -> None:
        for name, text in files.items():
            workspace.write(f"{name}.py", text)
        workspace.dockerfile(FROM, *lines)

    return make


def build_stage(workspace: FaultWorkspace) -> None:
    workspace.build(target="builder")


def named(workspace: FaultWorkspace, fix: str) -> None:
    replacing(FROM)(workspace, fix)


def base_from_nowhere(workspace: FaultWorkspace) -> None:
    workspace.dockerfile("FROM ${VERSION}", "RUN true")


def limited(workspace: FaultWorkspace) -> None:
    """Build with a limit on the memory; by the fix, with a larger one."""
    words = shlex.split(workspace.kept.get("line", "docker build --memory 100m --memory-swap 100m ."))
    megabytes = int(words[3].rstrip("mg")) * (1024 if words[3].endswith("g") else 1)
    workspace.build(container_limits={"memory": megabytes * 2**20, "memswap": megabytes * 2**20})


def with_flask(*lines: str, **files: str) -> Step:
    install = f"RUN pip install {PIP} Flask=={FLASK} Werkzeug=={WERKZEUG}"

    def make(workspace: FaultWorkspace) -> None:
        for name, text in files.items():
            workspace.write(f"{name}.py", text)
        workspace.dockerfile(FROM, install, *lines)

    return make


def build_online_and_run(workspace: FaultWorkspace) -> None:
    workspace.run(workspace.build(network_mode=None))


def installed(workspace: FaultWorkspace, fix: str) -> None:
    replacing(OLD_FLASK)(workspace, f"RUN {fix.replace('pip install', f'pip install {PIP}')}")


APP = "from flask import Flask\n\napp = Flask(__name__)\n"
FAULTS = [
    Fault("copy-several", lines("COPY a.py b.py /srv", a="", b=""), build, replacing("COPY a.py b.py /srv")),
    Fault("no-such-stage", lines("RUN true"), build_stage, named),
    Fault("base-name-empty", base_from_nowhere, build, before("FROM")),
    Fault("instruction-words", lines("LABEL greeting=hello world"), build, replacing("LABEL greeting=hello world")),
    Fault("no-such-user", lines("USER appuser", 'CMD ["true"]'), build_and_run, before("USER")),
    Fault(
        "entrypoint-and-command",
        lines("COPY app.py ./", 'ENTRYPOINT ["python"]', 'CMD ["python", "app.py"]', app="print('up')\n"),
        build_and_run,
        replacing('CMD ["python", "app.py"]'),
    ),
    Fault("apt-not-root", lines("USER 1000", "RUN apt-get install -y base-files"), build, before("RUN")),
    Fault("sudo-in-build", lines("RUN sudo true"), build, replacing("RUN sudo true")),
    Fault("build-out-of-memory", lines(GREEDY), limited, lambda workspace, fix: workspace.kept.update({"line": fix})),
    Fault("own-module", lines('CMD ["python", "-c", "import app"]', app=""), build_and_run, before("CMD")),
    Fault(
        "flask-no-app",
        with_flask("COPY hello.py ./", 'CMD ["flask", "routes"]', hello=APP),
        build_online_and_run,
        before("CMD"),
    ),
    Fault(
        "flask-cannot-import",
        with_flask('CMD ["flask", "--app", "hello", "routes"]', hello=APP),
        build_online_and_run,
        before("CMD"),
    ),
    Fault(
        "flask-family",
        lambda workspace: workspace.dockerfile(FROM, OLD_FLASK, 'CMD ["python", "-c", "import flask"]'),
        build_online_and_run,
        installed,
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
