"""A checkout of its own for programs that keep their state beside the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from workbench.settings import PATHS


def lay_out(folder: Path) -> None:
    """Copy the package, which takes the folder above its own for the project's, and what it reads there."""
    for name in ("workbench", "frontend"):
        ignore = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(PATHS.root / name, folder / name, ignore=ignore)
