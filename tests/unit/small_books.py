"""Books of a few lines, built with the project's own settings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from workbench.settings import PATHS

SETTINGS = ("_config.yml", "book/static", "book/templates", "book/images")


def start(root: Path, *pages: str) -> None:
    """Lay out a book.

    Parameters
    ----------
    root : pathlib.Path
        An empty folder.
    *pages : str
        Names of its pages without their endings, the first one first.
    """
    for name in SETTINGS:
        (root / name).parent.mkdir(exist_ok=True)
        (shutil.copytree if (PATHS.root / name).is_dir() else shutil.copy)(PATHS.root / name, root / name)
    chapters = [f"  - file: {page}" for page in pages[1:]]
    toc = ["format: jb-book", f"root: {pages[0]}", *(["chapters:"] if chapters else []), *chapters]
    (root / "_toc.yml").write_text("\n".join(toc))


def build(root: Path) -> Path:
    """Build it, warnings are errors; give the folder of the built pages."""
    book = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(root), "-W", "-n", "--keep-going", "-q"]
    built = subprocess.run(book, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return root / "_build/html"
