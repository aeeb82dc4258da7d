"""The notebooks as they are stored, and the parts of them that tests look at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from workbench.settings import PATHS

NOTEBOOKS = sorted(PATHS.notebooks.glob("*.ipynb"))


@dataclass(frozen=True)
class Page:
    """One notebook.

    Attributes
    ----------
    name : str
        Name of the file without its ending.
    text : str
        The file as it is stored.
    notebook : nbformat.NotebookNode
    """

    name: str
    text: str
    notebook: Any

    @property
    def breaks(self) -> bool:
        """Whether it is a page on which things are broken, beside the chapter of its number."""
        return self.name[2:].startswith("_break_")

    @property
    def code_cells(self) -> list[Any]:
        """The cells that run."""
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    @property
    def prose(self) -> str:
        """The text between the code, as one piece of Markdown."""
        return "\n\n".join(cell.source for cell in self.notebook.cells if cell.cell_type == "markdown")

    @property
    def sources(self) -> str:
        """Everything that an author typed: prose and code."""
        return "\n\n".join(cell.source for cell in self.notebook.cells)


def read(path: Path) -> Page:
    """Read a notebook as it is stored."""
    text = path.read_text(encoding="utf-8")
    return Page(path.stem, text, nbformat.reads(text, as_version=4))


def tags(cell: Any) -> list[str]:
    """List what a cell is tagged with."""
    return list(cell.metadata.get("tags", []))


def texts(output: Any) -> Iterator[tuple[str, str]]:
    """Yield the parts of an output that are text, each with its name: a stream, a mime type, a part of an error."""
    if output.output_type == "stream":
        yield output.name, output.text
    elif output.output_type == "error":
        yield "ename", output.ename
        yield "evalue", output.evalue
        yield "traceback", "\n".join(output.traceback)
    else:
        for mime, value in output.data.items():
            yield mime, value if isinstance(value, str) else json.dumps(value)


def shown(page: Page) -> Iterator[tuple[str, str]]:
    """Yield all that the outputs of a page say, each with the place where it stands."""
    for cell in page.code_cells:
        for output in cell.outputs:
            for name, text in texts(output):
                yield f"cell {cell.id}, {name}", text
    yield "state of the widgets", json.dumps(page.notebook.metadata.get("widgets", {}))
