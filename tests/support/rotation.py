"""What a run proves of some notebooks only: other ones after each change, and all of them with ``--weekly``."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import pytest

from workbench.settings import PATHS

NOTEBOOKS = sorted(PATHS.notebooks.glob("*.ipynb"))
# They build the image of the name that they teach.
BUILDING = [
    path for path in NOTEBOOKS if path.stem in {"04_build_image", "05_run_and_test", "05_break_run", "06_share"}
]
SOURCES = ("notebooks/*.ipynb", "app/*", "workbench/**/*.py", "tests/notebooks/*.py")


def due(notebooks: list[Path], *, weekly: bool) -> list[Path]:
    """Choose one of the notebooks by the sources' hash: the same for the same sources; all of them in a weekly run."""
    return notebooks if weekly else [notebooks[_hash_of_sources() % len(notebooks)]]


@cache
def _hash_of_sources() -> int:
    files = sorted(file for pattern in SOURCES for file in PATHS.root.glob(pattern) if file.is_file())
    together = hashlib.sha256()
    for file in files:
        together.update(file.read_bytes())
    return int(together.hexdigest(), 16)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which notebooks it is this time."""
    if config.getoption("part") not in (None, "notebooks"):
        return []
    weekly = bool(config.getoption("weekly"))
    copies, by_hand = (
        ", ".join(path.stem for path in due(notebooks, weekly=weekly)) for notebooks in (NOTEBOOKS, BUILDING)
    )
    return [f"beside a copy of itself: {copies}", f"beside an image of yours: {by_hand} (--weekly: all of them)"]
