"""The book's Sphinx extension for the page "Proven on": it writes the table from what runs have found.

On a page, a line ``% proven on`` stands for the table.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from workbench.settings import PATHS, Paths

TITLES = {
    "notebooks": "Notebooks",
    "commands": "Commands, classic builder",
    "commands-buildkit": "Commands, BuildKit",
    "engine": "Tests of the package",
    "faults": "Faults",
}
PLACE = re.compile(r"^% proven on$", re.MULTILINE)


def setup(app: Any) -> dict[str, bool]:
    """Let Sphinx read the page with the table in it."""
    # A setting of which the built pages depend: Sphinx itself doesn't see that a run has been added.
    app.add_config_value("proven_on", write(read(PATHS)), "env", str)
    app.connect("source-read", lambda app, _page, content: _put_table(content, app.config.proven_on))
    return {"parallel_read_safe": True}


def folder(paths: Paths) -> Path:
    """Where the runs of ``./tutorial test --engine`` keep what they found, each in a file of its own."""
    return paths.root / "book/proven"


def read(paths: Paths) -> dict[str, dict[str, Any]]:
    """Read what the runs found, by the engines' names."""
    return {
        file.name.removesuffix(".json"): json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder(paths).glob("*.json"))
    }


def write(runs: dict[str, dict[str, Any]]) -> str:
    """Write the table of all runs, and for each the tests that failed."""
    if not runs:
        return "No run is kept yet."
    head = ["Engine", "Image store", "Date", *TITLES.values()]
    rows = [head, ["---"] * len(head), *(_row(run) for run in runs.values())]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join([table, *(_details(run) for run in runs.values())])


def _row(run: dict[str, Any]) -> list[str]:
    return [run["engine"], run["store"], run["date"], *(_counts(run["parts"].get(part)) for part in TITLES)]


def _counts(part: dict[str, Any] | None) -> str:
    return f"{part['passed']} of {part['of']}" if part else "-"


def _details(run: dict[str, Any]) -> str:
    name = f"**{run['engine']}, {run['store']}**: API {run['api']}, on {run['machine']}, with {run['base']}."
    parts = run["parts"].items()
    kinds = {"Failed": "failed", "Skipped": "skipped"}
    lists = [f"{word}: {_listed(parts, kind)}" for word, kind in kinds.items() if any(part[kind] for _, part in parts)]
    return " ".join([name, *(lists or ["Everything passed."])])


def _listed(parts: Any, kind: str) -> str:
    return ", ".join(f"`{test}` ({TITLES[name]})" for name, part in parts for test in part[kind]) + "."


def _put_table(content: list[str], table: str) -> None:
    content[0] = PLACE.sub(lambda _place: table, content[0])
