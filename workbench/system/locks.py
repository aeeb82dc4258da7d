"""Claims on names and ports, so that two of your notebooks that run side by side never take the same one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from filelock import FileLock, Timeout

from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system.private_folder import user_folder
from workbench.text import say

Candidate = TypeVar("Candidate", str, int)


def claim(paths: Paths, candidates: Iterable[Candidate]) -> tuple[Candidate, FileLock]:
    """Take the first candidate that no other live process of yours holds.

    The lock behind a claim belongs to this process: the system lets go of it when the process ends,
    however it ends, so nothing stale is ever left to clean up. Other users have their own claims: labels tell their
    things from yours, and the kernel gives a port to one program only.

    Parameters
    ----------
    paths : Paths
    candidates : iterable of str or int
        Names or port numbers, best first.

    Returns
    -------
    candidate : str or int
    lock : filelock.FileLock
        Call ``release()`` on it to give the claim back.

    Raises
    ------
    LookupError
        Where every candidate is taken.
    TutorialError
        Where there is no safe folder for the locks, or its disk can't lock files.
    """
    for candidate in candidates:
        lock = lock_of(paths, str(candidate))
        try:
            lock.acquire(blocking=False)
        except Timeout:
            continue
        except OSError as error:
            raise TutorialError(
                f"{lock.lock_file} can't be locked: {error}.",
                "Remove it where it is not a plain file of yours. Else see what its disk is: df -T ~",
            ) from error
        return candidate, lock
    raise LookupError("every candidate is taken")


def lock_of(paths: Paths, name: str) -> FileLock:
    """Give the lock that stands for a name, for all processes of this user."""
    return FileLock(user_folder(paths, "locks") / f"{name}.lock".replace("/", "_"), mode=0o600)


@contextmanager
def one_at_a_time(paths: Paths, command: str) -> Iterator[None]:
    """Run the block when no other process runs it in this checkout; say so where that means waiting."""
    paths.state.mkdir(exist_ok=True)
    lock = FileLock(paths.state / f"{command}.lock", mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        say(f"Waiting: another ./tutorial {command} is at work here.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
