"""Build the book from the stored outputs; no engine is needed for that."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from workbench.errors import TutorialError
from workbench.settings import Paths

SOURCES = (
    "book/**/*",
    "notebooks/*.ipynb",
    "app/*",
    "frontend/lighten.js",
    "workbench/explain/*.py",
    "workbench/explain/causes/*.py",
    "workbench/book/sphinx_ext/edit_button.py",
    "workbench/book/sphinx_ext/glossary_links.py",
    "workbench/book/sphinx_ext/page_assets.py",
    "workbench/book/sphinx_ext/proven_on.py",
    "workbench/book/sphinx_ext/toc_refresh.py",
    "workbench/book/sphinx_ext/widget_snapshots.py",
    "_config.yml",
    "_toc.yml",
    "requirements.txt",
)


def build(paths: Paths) -> None:
    """Build the pages where they are missing or older than a source.

    Raises
    ------
    TutorialError
        Where a notebook lacks its outputs, or Sphinx warns: a link that leads nowhere counts as a failure.
    """
    if _is_current(paths):
        return
    for notebook in sorted(paths.notebooks.glob("*.ipynb")):
        _require_outputs(notebook)
    program = str(Path(sys.executable).with_name("jupyter-book"))
    command = [program, "build", str(paths.root), "--path-output", str(paths.book)]
    built = subprocess.run([*command, "-W", "-n", "--keep-going", "-q"], capture_output=True, text=True, check=False)
    if built.returncode:
        shutil.rmtree(_read(paths), ignore_errors=True)  # else the next build wouldn't warn of what this one has read
        raise TutorialError(
            f"The book was not built:\n{(built.stdout + built.stderr).strip()[-3000:]}",
            "Fix what it names, then build again.",
        )
    _stamp(paths).touch()


def pages(paths: Paths) -> Path:
    """Where the pages are."""
    return paths.book / "_build/html"


def _read(paths: Paths) -> Path:
    """Where Sphinx keeps what it has read, so that it needs not read it again."""
    return paths.book / "_build/.doctrees"


def _stamp(paths: Paths) -> Path:
    """Give the file that is newer than every source where the book is up to date."""
    return paths.book / "complete"


def _require_outputs(notebook: Path) -> None:
    """Refuse a notebook with a cell that has not run: its page would show no answers."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    due = [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    missing = sum(cell["execution_count"] is None for cell in due)
    if missing:
        raise TutorialError(
            f"No book was built: {missing} of {len(due)} cells of notebooks/{notebook.name} have no output stored.",
            f"./tutorial record {notebook.name[:2]}",
        )


def sources(paths: Paths) -> list[Path]:
    """List the files that the pages are made of."""
    return [path for pattern in SOURCES for path in paths.root.glob(pattern) if path.is_file()]


def _is_current(paths: Paths) -> bool:
    stamp = _stamp(paths)
    return stamp.exists() and max(path.stat().st_mtime for path in sources(paths)) < stamp.stat().st_mtime
