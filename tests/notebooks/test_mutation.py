"""A stored output that is wrong by one character fails: nbval is not fooled."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import nbformat
import pytest

from workbench.settings import PATHS

from . import pages, sanitizing
from .replay import cells, is_accepted

VIEW = "application/vnd.jupyter.widget-view+json"
RULES = sanitizing.read_rules(sanitizing.FILE.read_text(encoding="utf-8"))
# Two runs of it cost least.
FASTEST = PATHS.notebooks / "04_build_image.ipynb"

each_page = pytest.mark.parametrize("path", pages.NOTEBOOKS, ids=lambda path: path.stem)


def changed(text: str, position: int) -> str:
    """Change one character, a digit to the next digit."""
    old = text[position]
    new = str((int(old) + 1) % 10) if old in "0123456789" else "~"
    return text[:position] + new + text[position + 1 :]


def mutants(text: str) -> Iterator[str]:
    """Yield a text with one character changed, for each character that no rule of the sanitizer covers."""
    seen = sanitizing.sanitize(text, RULES)
    for position in range(len(text)):
        mutant = changed(text, position)
        if sanitizing.sanitize(mutant, RULES) != seen:
            yield mutant


def compared_fields(output: Any) -> dict[str, Any]:
    """Give the parts of an output that nbval compares, where they stand."""
    if output.output_type == "stream":
        return {"text": output}
    if output.output_type == "error":
        return {"ename": output, "evalue": output}
    return dict.fromkeys(set(output.data) - {VIEW}, output.data)


def fields(cell: Any) -> list[tuple[int, str]]:
    """List the compared parts of a cell's outputs, as the number of an output and a key."""
    return [(number, key) for number, output in enumerate(cell.outputs) for key in compared_fields(output)]


def with_change(cell: Any, number: int, key: str, text: str) -> list[Any]:
    """Copy a cell's outputs with another text in one place."""
    outputs = copy.deepcopy(cell.outputs)
    compared_fields(outputs[number])[key][key] = text
    return list(outputs)


@each_page
def test_each_output_is_compared(path: Path, request: pytest.FixtureRequest) -> None:
    for cell in cells(path, request.session):
        assert is_accepted(cell, cell.cell.outputs)
        if cell.options["check"] is False:  # with a reason: test_stored asks for it
            continue
        for number, key in fields(cell.cell):
            text = compared_fields(cell.cell.outputs[number])[key][key]
            wrong = list(mutants(text))
            assert wrong, f"the sanitizer covers all of {text!r}"
            accepted = [one for one in wrong if is_accepted(cell, with_change(cell.cell, number, key, one))]
            assert accepted == [], f"cell {cell.cell_num} takes these for {text!r}"


@each_page
def test_missing_and_additional_outputs_are_noticed(path: Path, request: pytest.FixtureRequest) -> None:
    more = nbformat.v4.new_output("stream", name="stderr", text="one line more\n")
    for cell in cells(path, request.session):
        outputs = list(cell.cell.outputs)
        assert not is_accepted(cell, [*outputs, more])
        for number in range(len(outputs)):
            assert not is_accepted(cell, outputs[:number] + outputs[number + 1 :])


@each_page
def test_what_nbval_does_not_compare_has_text_beside_it(path: Path) -> None:
    for cell in pages.read(path).code_cells:
        for output in cell.outputs:
            data = output.get("data", {"text/plain": ""})
            assert "text/plain" in data, f"cell {cell.id} shows only {', '.join(data)}"
            # A picture or a table of which nbval compares nothing would need a rule of its own.
            assert all(isinstance(value, str) or mime == VIEW for mime, value in data.items())


def run_nbval(folder: Path) -> dict[str, list[str]]:
    """Run real nbval on the notebooks of a folder; give each one's cells that failed."""
    report = folder / "report.xml"
    options = ["-p", "no:xdist", "-p", "no:cacheprovider", "--nbval", "--nbval-cell-timeout=120"]
    options += [f"--nbval-sanitize-with={sanitizing.FILE}", f"--junitxml={report}", f"--rootdir={folder}"]
    config = ["-c", str(PATHS.root / "pyproject.toml"), "--override-ini", "addopts="]
    subprocess.run(
        [sys.executable, "-m", "pytest", *config, *options, "."],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        check=False,
        capture_output=True,
    )
    failed: dict[str, list[str]] = {}
    for case in ET.parse(report).iter("testcase"):
        names = failed.setdefault(case.get("classname", "").removesuffix(".ipynb"), [])
        if len(case):
            names.append(case.get("name", ""))
    return failed


@pytest.mark.docker
def test_real_run_fails_at_the_wrong_cell_and_nowhere_else(tmp_path: Path) -> None:
    shutil.copytree(PATHS.app, tmp_path / "app")
    (tmp_path / "notebooks").mkdir()
    notebook = pages.read(FASTEST).notebook
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    number, key, text = next(
        (at, key, wrong)
        for at, cell in enumerate(code)
        if at >= len(code) // 2
        for first, key in fields(cell)
        if first == 0
        for wrong in mutants(compared_fields(cell.outputs[0])[key][key])
    )
    nbformat.write(notebook, tmp_path / "notebooks" / "right.ipynb")
    code[number].outputs = with_change(code[number], 0, key, text)
    nbformat.write(notebook, tmp_path / "notebooks" / "wrong.ipynb")
    assert run_nbval(tmp_path / "notebooks") == {"right": [], "wrong": [f"Cell {number}"]}
