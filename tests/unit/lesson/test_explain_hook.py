"""The explanation under a traceback: in IPython, where notebooks are executed, and where nbval compares them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from workbench.lesson import explain_hook

SET_UP = "import workbench\nfrom docker.errors import DockerException"
FAILS = 'raise DockerException("dockerfile parse error line 1: unknown instruction: RUNN")'
TITLE = "Explained: The Dockerfile has an instruction that doesn't exist"
# Each cell, and how often the explanation is under it.
CELLS = {
    SET_UP: 0,
    FAILS: 1,
    "1 / 0": 0,
    "print('RUNN')": 0,
    "raise ValueError('unknown instruction: RUNN')": 0,
    "from workbench.lesson import explain_hook as hook\nhook.install()\nhook.install()": 0,
    f"print('before')\n{FAILS}": 1,
    f"import asyncio\nawait asyncio.sleep(0)\n{FAILS}": 1,
    f"try:\n    {FAILS}\nexcept DockerException:\n    pass": 0,
    "import unknown_module_of_a_test": 0,
}


@pytest.fixture(name="notebook", scope="module")
def fixture_notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Execute a notebook as ``jupyter execute`` does, and store its outputs."""
    path = tmp_path_factory.mktemp("hook") / "failing.ipynb"
    cells = [new_code_cell(source, metadata={"tags": ["raises-exception"]}) for source in CELLS]
    nbformat.write(new_notebook(cells=cells), path)
    execute = [sys.executable, "-m", "jupyter", "execute", "--inplace", str(path)]
    subprocess.run(execute, check=True, capture_output=True)
    return path


def test_the_explanation_is_plain_text_under_the_traceback(notebook: Path) -> None:
    cells = {cell.source: cell.outputs for cell in nbformat.read(notebook, as_version=4).cells}
    error, told = cells[FAILS]
    assert (error.output_type, error.ename) == ("error", "DockerException")
    assert (told.output_type, told.name) == ("stream", "stdout")
    assert told.text.startswith(f"\n{TITLE}\n")
    assert "\x1b" not in told.text
    for source, outputs in cells.items():
        said = [output.text for output in outputs if output.output_type == "stream"]
        assert "".join(said).count(TITLE) == CELLS[source], source


def test_nbval_compares_it(notebook: Path) -> None:
    assert nbval(notebook).returncode == 0
    stored = nbformat.read(notebook, as_version=4)
    stored.cells[1].outputs[1].text = stored.cells[1].outputs[1].text.replace("RUNN", "RUM")
    other = notebook.with_name("other.ipynb")
    nbformat.write(stored, other)
    compared = nbval(other)
    assert compared.returncode == 1
    assert "1 failed" in compared.stdout


def nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--nbval", "-p", "no:cacheprovider", str(notebook)]
    return subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True, check=False)


def test_in_a_terminal_it_stands_under_the_traceback_too() -> None:
    lines = "\n".join(source for source in CELLS if "\n" not in source) + "\n"
    command = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--quick", "--colors=NoColor"]
    done = subprocess.run(command, input=f"{SET_UP}\n{lines}", capture_output=True, text=True, check=True)
    assert done.stdout.count(TITLE) == 1
    assert done.stdout.index("DockerException: dockerfile parse error") < done.stdout.index(TITLE)


def test_outside_of_ipython_nothing_happens() -> None:
    explain_hook.install()
