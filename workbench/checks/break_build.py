"""Checks of the page that breaks the build."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath

from docker.models.containers import Container

from workbench.checks import container_state, startup, stored_files
from workbench.checks.engine_state import Check, CheckResult, EngineState, run_inside, verdict

COPIED, FROM_FILE, ALIVE = "copied", "from-file", "alive"  # tags of the images
UNWANTED = ".env"
PIN = re.compile(
    r"\s*([\w.-]+)(?:\[.*?\])?\s*(?:==\s*([^\s;#]+))?"
)  # a package, and its version where the file has one
VERSIONS = """\
import json, sys
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
print(json.dumps({name: version(name) for name in sys.argv[1:]}))
"""


def copied(engine: EngineState) -> CheckResult:
    """See that the program is in the image, and the file with the password is not."""
    problem = startup.problem_of(engine, COPIED, startup.not_listening) or _secret(engine)
    return verdict(problem, f"the program is in {engine.session}:{COPIED}, and no {UNWANTED} came along.")


def from_file(engine: EngineState) -> CheckResult:
    """See that the versions in the image are those of requirements.txt."""
    pins = _pins(engine.app / "requirements.txt")
    problem = startup.problem_of(engine, FROM_FILE, lambda box: startup.not_listening(box) or _other(box, pins))
    return verdict(problem, f"{engine.session}:{FROM_FILE} has every version of requirements.txt.")


def alive(engine: EngineState) -> CheckResult:
    """See that the program stays up."""
    problem = startup.problem_of(engine, ALIVE, lambda box: startup.not_listening(box) or startup.not_staying(box))
    return verdict(problem, f"{engine.session}:{ALIVE} starts, and stays up.")


def _secret(engine: EngineState) -> str:
    """Look for the secret in the whole image, in what a later layer hides too."""
    found = stored_files.find(engine.client, f"{engine.session}:{COPIED}", UNWANTED)
    return found and f"{found} is in the image, password and all. Which rule of .dockerignore kept it out before?"


def _pins(file: Path) -> dict[str, str]:
    """Read what a requirements file asks for: versions by package, empty where any will do."""
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith(("#", "-")))
    return {match[1]: match[2] or "" for line in lines if (match := PIN.match(line))}


def _other(container: Container, wanted: dict[str, str]) -> str:
    """Compare what is installed with what the file asks for."""
    code, said = run_inside(container, [_python(container), "-c", VERSIONS, *wanted])
    if code:
        return "the image has no Python that could be asked for its packages. Which program does its command start?"
    there = json.loads(said.splitlines()[-1])
    for name, version in wanted.items():
        if not there[name] or version not in ("", there[name]):
            asked = f"{name} {version}".strip()
            return (
                f"requirements.txt asks for {asked}, and the image has {there[name] or 'none'}. "
                "What does RUN give to pip?"
            )
    return ""


def _python(container: Container) -> str:
    """Give the Python that runs the program, whose packages count: an image may have more than one."""
    program = (container_state.process_one(container) or [""])[0]
    return program if PurePosixPath(program).name.startswith("python") else "python"


CHECKS: dict[str, Check] = {"copied-and-no-more": copied, "installed-from-file": from_file, "stays-up": alive}
