"""The build context: what a build would send to the engine, what is left out, and by which rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.engine import dockerignore
from workbench.engine.context_walk import Entry, Walk
from workbench.engine.dockerignore import DOCKERFILE, IGNORE, MARK, Chooser
from workbench.errors import TutorialError
from workbench.system.units import size as written

LARGE = 10_000_000  # bytes from which on sending takes long enough to ask why


@dataclass(frozen=True)
class Context:
    """What would be sent, and what would not, each in the order of its path.

    Attributes
    ----------
    sent, left_out : tuple of Entry
    warnings : tuple of str
        What to think over before building, one sentence each.
    """

    sent: tuple[Entry, ...]
    left_out: tuple[Entry, ...]
    warnings: tuple[str, ...]

    @property
    def files(self) -> tuple[Entry, ...]:
        """What is sent without the folders around it."""
        return tuple(entry for entry in self.sent if entry.kind != "folder")

    @property
    def size(self) -> int:
        """Bytes that would be sent."""
        return sum(entry.size for entry in self.sent)


def read(folder: Path, rules: list[str] | None = None) -> Context:
    """Look at a folder as ``client.api.build(path=...)`` does, and send nothing.

    Parameters
    ----------
    folder : pathlib.Path
    rules : list of str, optional
        Lines to go by, in place of those in the folder's ``.dockerignore``.

    Raises
    ------
    TutorialError
        Where there is no such folder, or it can't be read.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise TutorialError(f"The build context {folder} {what}.", "Name the folder that holds the Dockerfile.")
    lines = dockerignore.read(folder) if rules is None else rules
    walk = Walk(folder, Chooser(lines))
    try:
        found = sorted(walk.entries(), key=lambda entry: entry.path.split("/"))
    except OSError as error:
        what = f"You can't look into {error.filename}: {error.strerror}."
        raise TutorialError(what, "Whose is it? ls -ld tells.") from error
    sent = walk.without_doubles(tuple(entry for entry in found if entry.sent))
    left_out = tuple(entry for entry in found if not entry.sent)
    warnings = (*_warnings(folder, sent), *walk.warnings(found), *_marked(lines))
    return Context(sent, left_out, warnings)


def _marked(lines: list[str]) -> Iterator[str]:
    if lines and lines[0].startswith(MARK):
        yield f"{IGNORE} begins with a byte order mark: docker-py doesn't know its first rule, docker build does."


def _warnings(folder: Path, sent: tuple[Entry, ...]) -> Iterator[str]:
    size = sum(entry.size for entry in sent)
    if folder.resolve() in (Path.home().resolve(), Path(folder.resolve().anchor)):
        yield "This is a home or root folder: a build would send everything in it."
    if size > LARGE:
        largest = max(sent, key=lambda entry: entry.size)
        yield f"More than {written(LARGE)} would be sent at each build; the largest file is {largest.path}."
    for entry in sent:
        if entry.secret:
            yield f"{entry.path} looks like a secret, and would be sent."
        if entry.problem:
            yield f"{entry.path} can't be read ({entry.problem}), so the build would fail."
    if not any(entry.path == DOCKERFILE for entry in sent):
        yield f"There is no {DOCKERFILE} in this folder."
