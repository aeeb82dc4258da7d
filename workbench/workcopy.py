"""The student's own copy of the notebooks and the app, in ``work/``; nothing there is overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

from workbench.files import set_aside
from workbench.record import chosen
from workbench.settings import APP, NOTEBOOKS, WORK

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "test_*", "workbench")


def make() -> None:
    """Copy what is missing in ``work/``; a file that is there stays as the student left it."""
    for source, target in ((NOTEBOOKS, WORK / "notebooks"), (APP, WORK / "app")):
        shutil.copytree(source, target, ignore=LEFT_OUT, copy_function=_copy_where_missing, dirs_exist_ok=True)


def reset(number: str) -> tuple[Path, Path | None]:
    """Give a notebook back to its first state.

    Parameters
    ----------
    number : str
        The chapter's number, ``04``.

    Returns
    -------
    notebook : pathlib.Path
        The fresh copy.
    kept : pathlib.Path or None
        Where the student's version went; None where there was none.
    """
    [source] = chosen([number])
    target = WORK / "notebooks" / source.name
    kept = set_aside(target) if target.exists() else None
    make()
    return target, kept


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
