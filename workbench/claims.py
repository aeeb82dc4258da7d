"""Claims on names and ports, so that two notebooks that run side by side never take the same one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

Candidate = TypeVar("Candidate", str, int)


def claim(candidates: Iterable[Candidate]) -> tuple[Candidate, FileLock]:
    """Take the first candidate that no other live process holds.

    The lock behind a claim belongs to this process: the system lets go of it when the process ends,
    however it ends, so nothing stale is ever left to clean up.

    Parameters
    ----------
    candidates : iterable of str or int
        Names or port numbers, best first.

    Returns
    -------
    candidate : str or int
    lock : filelock.FileLock
        Call ``release()`` on it to give the claim back.
    """
    for candidate in candidates:
        lock = lock_of(str(candidate))
        try:
            lock.acquire(blocking=False)
        except (Timeout, PermissionError):  # held, or its file is another user's alone
            continue
        return candidate, lock
    raise LookupError("every candidate is taken")


def lock_of(name: str) -> FileLock:
    """Give the lock that stands for a name, for all users of the machine: they share ports and image names."""
    folder = Path(tempfile.gettempdir()) / "containers-hands-on-claims"
    if not folder.exists():
        folder.mkdir(exist_ok=True)
        # Without the sticky bit: under it nobody may lock a file that another user made and let go of.
        folder.chmod(0o777)
    return FileLock(folder / f"{name}.lock".replace("/", "_"), mode=0o666)
