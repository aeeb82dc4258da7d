"""Build the book from the stored outputs; no engine is needed for that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from workbench.errors import TutorialError
from workbench.settings import BOOK, ROOT

PAGES = BOOK / "_build" / "html"
STAMP = BOOK / "complete"  # newer than every source where the book is up to date
SOURCES = (
    "book/**/*",
    "notebooks/*.ipynb",
    "app/*",
    "frontend/lighten.js",
    "workbench/explain/*.py",
    "workbench/explain/causes/*.py",
    "workbench/glossing.py",
    "workbench/lightness.py",
    "workbench/snapshots.py",
    "_config.yml",
    "_toc.yml",
    "requirements.txt",
)


def build() -> None:
    """Build the pages where they are missing or older than a source.

    Raises
    ------
    TutorialError
        Where Sphinx warns: a link that leads nowhere counts as a failure.
    """
    if _is_current():
        return
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(ROOT), "--path-output", str(BOOK)]
    built = subprocess.run([*command, "-W", "-n", "--keep-going", "-q"], capture_output=True, text=True, check=False)
    if built.returncode:
        raise TutorialError(
            f"The book was not built:\n{(built.stdout + built.stderr).strip()[-3000:]}",
            "Mend what it names; the pages of the last good build are still there.",
        )
    STAMP.touch()


def _is_current() -> bool:
    sources = [path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file()]
    return STAMP.exists() and max(path.stat().st_mtime for path in sources) < STAMP.stat().st_mtime
