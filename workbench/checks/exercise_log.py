"""Which exercises are done: in a file of the student's copy, so that it outlives a kernel and a machine's restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from filelock import FileLock

from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system.files import set_aside, write_atomically

LOCK_TIMEOUT = 5.0  # seconds for another notebook to finish its own note
Done = dict[str, str]


class NotOursError(ValueError):
    """A file that is there and holds something else than progress."""


def file(paths: Paths) -> Path:
    """Where it is noted down which exercises are done."""
    return paths.work / "progress.json"


def keeps(paths: Paths, folder: Path) -> bool:
    """Tell whether what is done in this folder is noted down: in the student's copy, and nowhere else.

    The tests, the recorder and a reader who opens ``notebooks/`` itself leave the student's progress alone.
    """
    return paths.work.resolve() in folder.resolve().parents


def read(paths: Paths) -> Done:
    """Read which exercises are done.

    Returns
    -------
    dict of str to str
        The moment of the first success, ISO 8601 in UTC, by the name of the exercise.
        An exercise that this version does not know may be among them.

    Raises
    ------
    TutorialError
        Where the file can't be read, or is none of ours.
    """
    try:
        return _load(paths)
    except (OSError, NotOursError) as error:
        raise TutorialError(
            f"Which exercises are done is not known: {_name(paths)} can't be read ({_reason(error)}).",
            "Start over, with the old file kept beside it: ./tutorial progress --reset",
        ) from error


def note(paths: Paths, exercise: str) -> None:
    """Note down that an exercise is done; what is noted already keeps its first date.

    Raises
    ------
    TutorialError
        Where that could not be written, or where a file that was none of ours had to make room first.
    """
    try:
        with _alone(paths):
            kept = _write(paths, exercise)
    except OSError as error:
        raise TutorialError(
            f"This was not noted down: {_name(paths)} can't be written ({_reason(error)}).",
            f"Whose is the folder, and is there room on the disk? ls -la {paths.work.name}; df -h {paths.work.name}",
        ) from error
    if kept:
        raise TutorialError(
            f"{_name(paths)} held no progress that could be read. A new one was begun.",
            f"The old one is kept as {paths.work.name}/{kept.name}.",
        )


def reset(paths: Paths) -> Path | None:
    """Start over.

    Returns
    -------
    pathlib.Path or None
        Where the old file went; None where there was none.
    """
    with _alone(paths):
        progress = file(paths)
        return set_aside(progress) if progress.exists() else None


def report(pages: dict[str, list[str]], done: Done) -> str:
    """Write which exercises are done, page by page.

    Parameters
    ----------
    pages : dict of str to list of str
        The names of the exercises by page.
    done : dict of str to str
        As ``read`` gives it.
    """
    names = [name for page in pages.values() for name in page]
    width = max(map(len, names))
    lines = []
    for page, exercises in pages.items():
        lines += [page, *(f"  {name:{width}}  {state(name, done)}" for name in exercises)]
    return "\n".join([*lines, f"{sum(name in done for name in names)} of {len(names)} exercises are done."])


def state(exercise: str, done: Done) -> str:
    """Say of an exercise ``done on 2026-11-24`` or ``not yet``."""
    return f"done on {done[exercise][:10]}" if exercise in done else "not yet"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _name(paths: Paths) -> str:
    return f"{paths.work.name}/{file(paths).name}"


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    """Keep other notebooks from writing meanwhile; an OSError where that can't be had in time."""
    progress = file(paths)
    with FileLock(progress.with_name(f".{progress.name}.lock"), timeout=LOCK_TIMEOUT):
        yield


def _write(paths: Paths, exercise: str) -> Path | None:
    """Add an exercise to the file; return where a file went that could not be added to."""
    kept = None
    try:
        done = _load(paths)
    except NotOursError:
        kept, done = set_aside(file(paths)), {}
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    write_atomically(file(paths), json.dumps({"done": {exercise: now, **done}}, indent=2) + "\n")
    return kept


def _load(paths: Paths) -> Done:
    try:
        text = file(paths).read_bytes().decode()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise NotOursError("it is no text") from error
    try:
        done = json.loads(text)["done"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise NotOursError("it is no list of exercises") from error
    if not (isinstance(done, dict) and all(isinstance(when, str) for when in done.values())):
        raise NotOursError("it is no list of exercises")
    return done
