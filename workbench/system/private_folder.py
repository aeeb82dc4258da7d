"""A folder that only you can open, on a machine that other people use too."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from workbench.errors import TutorialError
from workbench.settings import LABEL, Paths

ROOT_USER = 0
ONLY_YOU = 0o700


def user_folder(paths: Paths, name: str) -> Path:
    """Give your private folder of this name; make it where it isn't there.

    It is in your home, ``~/.cache/containers-hands-on/NAME``. The home comes from the password database and not from
    ``$HOME``, so that all your terminals find the same folder, also under ``sudo`` or ``su``. Users without a home that
    they can write to, as in containers, get one in the checkout's ``.workbench``.

    Raises
    ------
    TutorialError
        Where another user could get at either folder, or neither can be made.
    """
    problems = []
    for start, folder in _candidates(paths, name):
        try:
            return make_private(folder, start)
        except TutorialError as error:
            problems.append(error)
    raise problems[0]


def make_private(folder: Path, start: Path) -> Path:
    """Make a folder that no other user can read, write to or replace; check the one that is there.

    The same on the command line: ``mkdir -p -m 700 FOLDER``.

    Parameters
    ----------
    folder : pathlib.Path
    start : pathlib.Path
        A folder above it that is there already. From here on, each folder on the way must be yours or root's, and
        closed to other users: a user who can write to one of them can put another folder in the place of yours.

    Raises
    ------
    TutorialError
        Where the folder can't be made, or is not safe.
    """
    between = [place for place in reversed(folder.parents) if start in (place, *place.parents)]
    try:
        for place in between:
            if place != start:
                place.mkdir(ONLY_YOU, exist_ok=True)
            _check_way(place)
        folder.mkdir(ONLY_YOU, exist_ok=True)
        _close(folder)
    except OSError as error:
        raise _unsafe(folder, str(error)) from error
    return folder


def _candidates(paths: Paths, name: str) -> Iterator[tuple[Path, Path]]:
    try:
        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:  # a user whom the system doesn't know, as in containers
        pass
    else:
        if home.is_absolute():
            yield home, home / ".cache" / LABEL / name
    yield paths.root, paths.state / name


def _check_way(place: Path) -> None:
    # Also the target of a link: some people keep ~/.cache on another disk.
    for found in (place.lstat(), place.stat()):
        if found.st_uid not in (ROOT_USER, os.getuid()):
            raise _unsafe(place, "it belongs to another user")
    # In a folder with the sticky bit, as /tmp has it, only its owner can rename what is ours.
    if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
        raise _unsafe(place, "every user can write to it", f"chmod o-w {place}")


def _close(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise _unsafe(folder, "it is not a folder but a link")
    if found.st_uid != os.getuid():
        raise _unsafe(folder, "it belongs to another user")
    if stat.S_IMODE(found.st_mode) != ONLY_YOU:
        folder.chmod(ONLY_YOU)
        _drop_planted(folder)


def _drop_planted(folder: Path) -> None:
    """Rename what other users may have put into a folder that was open to them: links, and files of theirs."""
    for entry in folder.iterdir():
        found = entry.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_nlink > 1:
            entry.rename(folder / f"planted-{entry.name}")


def _unsafe(folder: Path, reason: str, fix: str = "") -> TutorialError:
    return TutorialError(
        f"{folder} can't be your private folder: {reason}.",
        fix or f"See whose it is with ls -ld {folder}, and move it out of the way; or give your user a home folder.",
    )
