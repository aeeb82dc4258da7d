"""What the journey is made with: Python, the docker command, docker-py, and files from the right system."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
from importlib.metadata import version

from workbench.doctor.container_view import NoPythonError
from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.probing import Probe
from workbench.errors import TutorialError
from workbench.settings import BASE_TAG

COMMAND_TIMEOUT = 3  # seconds
# From this requests on, a docker-py before that one says "Not supported URL scheme http+docker": docker-py#3256.
REQUESTS, DOCKER_PY = (2, 32), (7, 1)


def python(machine: Machine) -> ProbeResult:
    """Put the Python that runs this beside the image's."""
    here = platform.python_version()
    try:
        inside = machine.inside().python
    except NoPythonError as error:
        return ProbeResult("problem", error.what, error.fix)
    found = f"{here} here, {inside} in {machine.around.base}"
    if inside.split(".")[:2] != BASE_TAG.split(".")[:2]:
        advice = "Keep it in mind where a page shows versions."
        return ProbeResult("warning", f"{found}, where {BASE_TAG} was expected", advice=advice)
    return ProbeResult("ok", found)


def command(machine: Machine) -> ProbeResult:
    """Let the docker command talk to the engine: ``docker version``."""
    if not shutil.which("docker"):
        return ProbeResult("warning", "There is no docker command here", "./tutorial start")
    ask = ["docker", "version", "--format", "{{.Client.Version}} {{.Server.Version}}"]
    said = subprocess.run(ask, capture_output=True, text=True, check=False, timeout=COMMAND_TIMEOUT)
    if not said.returncode:
        client, engine = said.stdout.split()
        return ProbeResult("ok", f"docker {client} talks to Docker Engine {engine}")
    machine.version()  # where no engine answers, that is the cause, and not the command
    found = f"docker can't talk to the engine: {_last_line(said.stderr)}"
    if "DOCKER_API_VERSION" in os.environ:
        return ProbeResult("warning", found, "unset DOCKER_API_VERSION")
    return ProbeResult("warning", found, advice="Bring it up to date: https://docs.docker.com/engine/install/")


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "it does not say why"


def docker_py(_machine: Machine) -> ProbeResult:
    """Look at the pair of packages that sends what the cells ask for."""
    docker, requests = version("docker"), version("requests")
    found = f"docker-py {docker} with requests {requests}"
    if _number(docker) < DOCKER_PY and _number(requests) >= REQUESTS:
        return ProbeResult("problem", f"{found}: Not supported URL scheme http+docker", "pip install 'docker>=7.1'")
    return ProbeResult("ok", found)


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])


def line_ends(machine: Machine) -> ProbeResult:
    """Look for Windows' line ends in what goes into images."""
    folder = machine.around.app
    if not folder.is_dir():
        raise TutorialError(f"There is no folder {folder}.", "./tutorial start")
    files = sorted(path for path in folder.iterdir() if path.is_file())
    windows = [path for path in files if os.access(path, os.R_OK) and _is_windows_text(path.read_bytes())]
    if not windows:
        return ProbeResult("ok", f"{len(files)} files, all with the line ends of Linux")
    names = ", ".join(path.name for path in windows)
    fix = f"sed -i 's/\\r$//' {shlex.join(map(str, windows))}"
    advice = "On Windows, work in WSL 2: https://docs.docker.com/desktop/features/wsl/"
    return ProbeResult("warning", f"Windows' line ends in {names}: a script with them does not start", fix, advice)


def _is_windows_text(data: bytes) -> bool:
    # In pictures and archives the two bytes have another meaning, and taking one out destroys them.
    return b"\r\n" in data and b"\0" not in data


PROBES = (
    Probe(
        Question(
            "python",
            "Which Python runs here, and which in the image?",
            "They need not be the same, but it is good to know which one you talk to.",
            needed=True,
        ),
        python,
    ),
    Probe(
        Question(
            "docker command",
            "Can the docker command talk to the engine?",
            "The pages' CLI tabs are typed with it; its --version answers without an engine, and proves nothing.",
        ),
        command,
    ),
    Probe(
        Question(
            "docker-py",
            "Do docker-py and requests fit each other?",
            "An old docker-py fails with a newer requests.",
            needed=True,
        ),
        docker_py,
    ),
    Probe(
        Question(
            "line ends",
            "Do the files for the image have the line ends of Linux?",
            "A script that was saved on Windows fails in a container with bad interpreter, or not found.",
        ),
        line_ends,
    ),
)
