"""The book with this machine's own outputs: recorded in a copy, held against those that are stored, and built."""

from __future__ import annotations

import configparser
import difflib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.book import build as book
from workbench.book import notebooks
from workbench.book.record import record
from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.text import say

# What may differ between two runs: versions, IDs, the provenance. The tests compare by the same rules.
RULES = "tests/notebooks/sanitize.cfg"
NOT_COMPARED = {"nbval-skip", "nbval-ignore-output"}  # tags of cells
VIEW = "application/vnd.jupyter.widget-view+json"  # its text is compared

Rule = tuple[str, str]  # a pattern, and what replaces it


def build(paths: Paths) -> Path:
    """Record all notebooks in a copy of the book, and build the pages from it; return where they are.

    Raises
    ------
    TutorialError
        Where an output differs from the stored one by more than versions, IDs and the line that says on what it ran.
    """
    copy = Paths(paths.state / "recorded")
    _copy(paths, copy)
    rules, different = read_rules(paths), list[str]()
    for stored in notebooks.chosen(paths, []):
        say(f"Recording {stored.name}")
        record(paths, copy.notebooks / stored.name)
        different += differences(_read(stored), _read(copy.notebooks / stored.name), rules, stored.stem)
    if different:
        raise TutorialError(
            "No book was built, since these outputs differ from the stored ones:\n\n" + "\n\n".join(different),
            "See what has changed, and record it where that is meant: ./tutorial record",
        )
    book.build(copy)
    return book.pages(copy)


def _copy(paths: Paths, copy: Paths) -> None:
    """Copy what the pages are made of."""
    shutil.rmtree(copy.root, ignore_errors=True)
    for source in book.sources(paths):
        target = copy.root / source.relative_to(paths.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def read_rules(paths: Paths) -> list[Rule]:
    """Read what may differ between two outputs."""
    parser = configparser.RawConfigParser()
    parser.read(paths.root / RULES, encoding="utf-8")
    return [(parser[name]["regex"], parser[name]["replace"]) for name in parser.sections()]


def differences(stored: Any, new: Any, rules: list[Rule], name: str) -> Iterator[str]:
    """Say which cells of two recordings of a notebook differ by more than the rules allow, and how."""
    cells = [(cell, other) for cell, other in zip(stored["cells"], new["cells"]) if cell["cell_type"] == "code"]
    for number, (cell, other) in enumerate(cells):
        before, after = (_sanitized(_said(one), rules) for one in (cell, other))
        if before != after and NOT_COMPARED.isdisjoint(cell["metadata"].get("tags", [])):
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "stored", "new", lineterm="", n=0)
            yield "\n".join([f"{name}, code cell {number}:", *lines])


def _said(cell: Any) -> str:
    """Give all that a cell shows, as text."""
    return "\n".join(text for output in cell["outputs"] for text in _texts(output))


def _texts(output: Any) -> Iterator[str]:
    if output["output_type"] == "stream":
        yield f"{output['name']}: {''.join(output['text'])}"
    elif output["output_type"] == "error":  # of its traceback, nothing: it has the lines of libraries
        yield f"{output['ename']}: {output['evalue']}"
    else:
        for kind in sorted(output["data"].keys() - {VIEW}):
            yield f"{kind}: {''.join(output['data'][kind])}"


def _sanitized(text: str, rules: list[Rule]) -> str:
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    return text


def _read(notebook: Path) -> Any:
    return json.loads(notebook.read_text(encoding="utf-8"))
