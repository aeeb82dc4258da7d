"""The tests of an engine: run in its machine, counted, and told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.text import say

from . import results
from .catalogue import Engine
from .inside import FACTS
from .machine import Machine

REPORT = "/srv/report.xml"
RAN = (0, 1)  # what pytest ends with where it has run the tests: all passed, or some failed
COMMANDS = "tests/notebooks/test_cli_blocks.py"


@dataclass(frozen=True)
class Part:
    """Some of the tests.

    Attributes
    ----------
    tests : str
        What pytest runs, with the part of the suite that it is.
    env : dict
        The environment variables that choose the builder.
    """

    tests: str
    env: dict[str, str] = field(default_factory=dict)


PARTS = {
    "notebooks": Part("notebooks"),
    "commands": Part(COMMANDS, {"DOCKER_BUILDKIT": "0"}),
    "commands-buildkit": Part(COMMANDS, {"DOCKER_BUILDKIT": "1"}),
    "engine": Part("tests/docker --part=engine"),
    "faults": Part("tests/faults --part=faults"),
}
BUILDKIT = "commands-buildkit"


def run(machine: Machine, engine: Engine, wanted: list[str]) -> dict[str, Any]:
    """Bring the machine's engine up, run these parts, and say what was found.

    Raises
    ------
    TutorialError
        Where the engine isn't the one that was asked for, or a part could not be run.
    """
    machine.run("CI=1 ./tutorial test --help >/srv/packages.log || { cat /srv/packages.log; exit 1; }")
    machine.run(f".venv/bin/python -m tests.engines.inside '{engine.service}'")
    found: dict[str, Any] = json.loads(machine.read(FACTS))
    if not found["version"].startswith(engine.version):
        raise TutorialError(
            f"Debian {engine.suite} has {found['engine']}, not {engine.name}.",
            "Give that engine a name in tests/engines/catalogue.py, or remove the old image of the machine.",
        )
    found |= {"date": datetime.now(timezone.utc).date().isoformat(), "parts": {}}
    for part in wanted:
        found["parts"][part] = counted = _run_part(machine, part)
        say(f"{engine.name}, {part}: {counted['passed']} of {counted['of']} passed.", *counted["failed"], sep="\n  ")
    return found


def parts(engine: Engine) -> list[str]:
    """List the parts that an engine can run."""
    return [part for part in PARTS if part != BUILDKIT or engine.buildkit]


def chosen(engine: Engine, names: list[str]) -> list[str]:
    """List the parts to run: those of these names, or all.

    Raises
    ------
    TutorialError
        Where the engine has no part of a name.
    """
    unknown = [name for name in names if name not in parts(engine)]
    if unknown:
        raise TutorialError(
            f"On {engine.name}, no part is called {unknown[0]}.", f"Choose one: {', '.join(parts(engine))}"
        )
    return names or parts(engine)


def succeeded(found: dict[str, Any]) -> bool:
    """Tell whether no test failed."""
    return not any(part["failed"] for part in found["parts"].values())


def _run_part(machine: Machine, part: str) -> dict[str, Any]:
    pytest = f'PATH="$PWD/.venv/bin:$PATH" python -m pytest --quiet --junitxml={REPORT} {PARTS[part].tests}'
    code = machine.call(pytest, **PARTS[part].env)
    if code not in RAN:
        raise TutorialError(f"pytest could not run {PARTS[part].tests}: it ended with code {code}.", "Read it above.")
    return results.count(machine.read(REPORT))


def keep(paths: Paths, engine: Engine, found: dict[str, Any]) -> Path | None:
    """Keep what a whole run found, for the page "Proven on"; None where some part was left out."""
    whole = list(found["parts"]) == parts(engine)
    return results.write(paths, engine.name, found) if whole else None
