"""Checks of the page that breaks the build."""

from __future__ import annotations

import json
from pathlib import Path

from docker.models.containers import Container

from workbench.checks import startup
from workbench.checks.engine_state import Check, CheckResult, EngineState, run_inside, verdict

COPIED, FROM_FILE, ALIVE = "copied", "from-file", "alive"  # tags of the images
UNWANTED = ".env"
FIND_IT = f"find / -xdev -name {UNWANTED} -print -quit"
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
    problem = startup.problem_of(
        engine, COPIED, lambda container: startup.not_listening(container) or _secret(container)
    )
    return verdict(problem, f"the program is in {engine.session}:{COPIED}, and no {UNWANTED} came along.")


def from_file(engine: EngineState) -> CheckResult:
    """See that the versions in the image are those of requirements.txt."""
    app = engine.paths.app
    problem = startup.problem_of(engine, FROM_FILE, lambda box: startup.not_listening(box) or _other(box, app))
    return verdict(problem, f"{engine.session}:{FROM_FILE} has every version of requirements.txt.")


def alive(engine: EngineState) -> CheckResult:
    """See that the program stays up."""
    problem = startup.problem_of(engine, ALIVE, startup.not_listening)
    return verdict(problem, f"{engine.session}:{ALIVE} starts, and stays up.")


def _secret(container: Container) -> str:
    """Look for the secret in the whole image."""
    found = run_inside(container, FIND_IT)[1].strip()
    return found and f"{found} is in the image, password and all. Which rule of .dockerignore kept it out before?"


def _other(container: Container, app: Path) -> str:
    """Compare what is installed with what the file asks for."""
    pins = (
        line.partition("==") for line in (app / "requirements.txt").read_text().splitlines() if not line.startswith("#")
    )
    wanted = {name.strip(): version.strip() for name, _, version in pins}
    there = json.loads(run_inside(container, ["python", "-c", VERSIONS, *wanted])[1])
    for name, version in wanted.items():
        if there[name] != version:
            return (
                f"requirements.txt asks for {name} {version}, and the image has {there[name] or 'none'}. "
                "What does RUN give to pip?"
            )
    return ""


CHECKS: dict[str, Check] = {"copied-and-no-more": copied, "installed-from-file": from_file, "stays-up": alive}
