"""The student's own copy of the notebooks and the app, in ``work/``: brought up to date, and never overwritten."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from workbench.book.notebooks import chosen
from workbench.settings import Paths
from workbench.system.files import set_aside, write_atomically

LEFT_OUT = ("__pycache__", ".ipynb_checkpoints", "test_*", "workbench")


@dataclass
class Brought:
    """What a newer version of the tutorial changed in ``work/``, and what it couldn't.

    Attributes
    ----------
    updated : list of pathlib.Path
        Files that the student hadn't edited.
    set_aside : dict of pathlib.Path to pathlib.Path
        Notebooks that the student had run but not edited, each with where its outputs are kept.
    edited : list of pathlib.Path
        Files that have a newer version, and stay as the student edited them.
    """

    updated: list[Path] = field(default_factory=list)
    set_aside: dict[Path, Path] = field(default_factory=dict)
    edited: list[Path] = field(default_factory=list)


def make(paths: Paths) -> Brought:
    """Copy what is missing in ``work/``, and bring what the student hasn't edited up to date.

    A notebook is edited where a cell's source differs from what was handed out; outputs don't count. Any other file
    is edited where a byte differs.
    """
    brought, handed_out = Brought(), _HandedOut(paths)
    for source, target in _files(paths):
        newest, sources = _checksum(source), _sources(source)
        if not target.exists():
            _copy(source, target)
        elif handed_out.checksum(target) == newest:
            continue
        elif handed_out.checksum(target) == _checksum(target):
            _copy(source, target)
            brought.updated.append(target)
        elif _sources(target) == sources:
            pass  # it says the same as the newest, and has been run since
        elif handed_out.sources(target) != _sources(target):
            brought.edited.append(target)
            continue
        else:
            brought.set_aside[target] = set_aside(target)
            _copy(source, target)
        handed_out.note(target, newest, sources)
    return brought


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


class _HandedOut:
    """What was copied into ``work/`` last, file by file: its checksum, and the checksum of its cells' sources."""

    def __init__(self, paths: Paths) -> None:
        self._work = paths.work
        self._file = paths.work / ".handed-out.json"
        try:
            self._known: dict[str, list[str]] = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):  # a copy of an earlier version: each of its files may be edited
            self._known = {}

    def checksum(self, target: Path) -> str:
        return self._known.get(self._name(target), ["", ""])[0]

    def sources(self, target: Path) -> str:
        return self._known.get(self._name(target), ["", ""])[1]

    def note(self, target: Path, checksum: str, sources: str) -> None:
        self._known[self._name(target)] = [checksum, sources]
        write_atomically(self._file, json.dumps(self._known, indent=1, sort_keys=True))

    def _name(self, target: Path) -> str:
        return target.relative_to(self._work).as_posix()


def _files(paths: Paths) -> Iterator[tuple[Path, Path]]:
    """Yield each file to hand out, and where it goes."""
    for folder, copy in ((paths.notebooks, paths.work / "notebooks"), (paths.app, paths.work / "app")):
        for source in sorted(folder.rglob("*")):
            inside = source.relative_to(folder)
            if source.is_file() and not any(fnmatch(part, left_out) for part in inside.parts for left_out in LEFT_OUT):
                yield source, copy / inside


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sources(path: Path) -> str:
    """Give the checksum of what a student can edit: a notebook's cells without their outputs, or all of a file."""
    if path.suffix == ".ipynb":
        try:
            cells = json.loads(path.read_bytes())["cells"]
            typed = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
            return hashlib.sha256(json.dumps(typed).encode()).hexdigest()
        except (ValueError, KeyError, TypeError):  # not a notebook any more
            pass
    return _checksum(path)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Under another name first: Ctrl-C must not leave half a notebook that would count as the student's.
    part = target.with_name(f"{target.name}.part")
    try:
        shutil.copy2(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
