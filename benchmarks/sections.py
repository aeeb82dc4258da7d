"""What each section of a chapter asks for: words to read, cells to run, and seconds that the machine needs for them.

``python benchmarks/sections.py [NN ...]`` runs the notebooks, stores nothing, and prints the instructor page's table.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from workbench.book import notebooks, record
from workbench.settings import PATHS

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
FENCE = re.compile(r"^[ \t]*```.*?^[ \t]*```", re.MULTILINE | re.DOTALL)


def sections(notebook: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the sections of a page, each with its cells; what stands before the first one has no name of its own."""
    name = "Before the first section"
    cells: list[Any] = []
    for cell in notebook.cells:
        heading = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if heading and cells:
            yield name, cells
            cells = []
        name = heading[1] if heading else name
        cells.append(cell)
    yield name, cells


def run(path: Path) -> tuple[Any, dict[str, float]]:
    """Run a notebook; give it, and the seconds that each of its cells took."""
    notebook = nbformat.read(path, as_version=4)
    started: dict[str, float] = {}
    took: dict[str, float] = {}

    def on_start(cell: Any, **_more: Any) -> None:
        started[cell.id] = time.monotonic()

    def on_end(cell: Any, **_more: Any) -> None:
        took[cell.id] = time.monotonic() - started[cell.id]

    client = NotebookClient(
        notebook,
        timeout=record.CELL_TIMEOUT,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=on_start,
        on_cell_executed=on_end,
    )
    client.execute(env={**os.environ, **record.RECORDING})
    return notebook, took


def main() -> int:
    """Print a table for each notebook."""
    for path in notebooks.chosen(PATHS, sys.argv[1:]):
        notebook, took = run(path)
        print(f"{path.stem}\n\n| section | words | cells | seconds |\n| --- | --- | --- | --- |")
        for name, cells in sections(notebook):
            prose = " ".join(FENCE.sub("", cell.source) for cell in cells if cell.cell_type == "markdown")
            code = [cell for cell in cells if cell.cell_type == "code"]
            print(f"| {name} | {len(prose.split())} | {len(code)} | {sum(took.get(c.id, 0) for c in code):.1f} |")
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
