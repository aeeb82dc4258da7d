"""The student's own copy of the notebooks and the app, in ``work/``; nothing there is overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

from workbench.book.notebooks import chosen
from workbench.settings import Paths
from workbench.system.files import set_aside

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "test_*", "workbench")


def make(paths: Paths) -> None:
    """Copy what is missing in ``work/``; a file that is there stays as the student left it."""
    for source, target in ((paths.notebooks, paths.work / "notebooks"), (paths.app, paths.work / "app")):
        shutil.copytree(source, target, ignore=LEFT_OUT, copy_function=_copy_where_missing, dirs_exist_ok=True)


def reset(paths: Paths, number: str) -> dict[Path, Path | None]:
    """Give the notebooks of a chapter back to their first state: its own, and the one that breaks things.

    Parameters
    ----------
    paths : Paths
    number : str
        The chapter's number, ``04``.

    Returns
    -------
    dict of pathlib.Path to pathlib.Path or None
        For each fresh copy where the student's version went; None where there was none.
    """
    notebooks = [paths.work / "notebooks" / source.name for source in chosen(paths, [number])]
    kept = {notebook: set_aside(notebook) if notebook.exists() else None for notebook in notebooks}
    make(paths)
    return kept


def _copy_where_missing(source: str, target: str) -> None:
    if Path(target).exists():
        return
    # Under another name first: Ctrl-C must not leave half a notebook that would count as the student's.
    part = Path(f"{target}.part")
    try:
        shutil.copy2(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
