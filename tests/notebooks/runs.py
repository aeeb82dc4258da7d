"""Notebooks run from top to bottom as a student runs them, in a folder of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbclient import NotebookClient

from workbench.settings import APP_NAME, PATHS

CELL_TIMEOUT = 120  # seconds


def lay_out(folder: Path) -> Path:
    """Make a student's folder with the app in it; return the folder for notebooks beside it."""
    shutil.copytree(PATHS.app, folder / "app", ignore=shutil.ignore_patterns("test_*", "__pycache__"))
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    return notebooks


async def execute(notebook: Any, folder: Path, user: str, before_cell: Callable[..., Any] | None = None) -> None:
    """Run a notebook in a folder, as this user of a registry; its outputs are replaced by the new ones."""
    resources = {"metadata": {"path": str(folder)}}
    environment = {"DOCKERHUB_USERNAME": user, "DOCKERHUB_TOKEN": "", "IPYTHONDIR": str(_profile(folder))}
    client = NotebookClient(notebook, timeout=CELL_TIMEOUT, resources=resources, on_cell_start=before_cell)
    await client.async_execute(env={**os.environ, **environment})


def _profile(folder: Path) -> Path:
    """Let pages begin after all that other tests make without labels on the same engine, so that none of it counts."""
    startup = folder.parent / "ipython/profile_default/startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "clock.py").write_text("from workbench.engine import clock\nclock.now = lambda _client: 1e12\n")
    return folder.parent / "ipython"


def sessions(user: str, copies: int) -> list[str]:
    """Name the sessions that a user's first copies of a notebook have, in the order in which they start."""
    plain = f"{user}/{APP_NAME}"
    return [plain, *(f"{plain}-{copy}" for copy in range(2, copies + 1))]
