"""Files that are there as a whole or not at all, secrets among them, and files that make room for others."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import tempfile
from itertools import count
from pathlib import Path


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace a file in one step, so that Ctrl-C or a full disk leaves the old one whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        part.chmod(mode)
        part.replace(path)
    except BaseException:
        part.unlink()
        raise


def kept_secret(path: Path) -> str:
    """Read a secret; make a new one at random where there is none, or where other users could know it."""
    secret = _private_text(path)
    if not secret:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, secret := secrets.token_urlsafe(24), mode=0o600)
    return secret


def _private_text(path: Path) -> str:
    """Read a file that only we can have written and read; empty where it is missing or anything else."""
    try:
        # Not waiting: a pipe would have us wait for its writer.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP):  # missing, or a link
            return ""
        raise
    with os.fdopen(handle, encoding="utf-8", errors="replace") as file:
        status = os.fstat(handle)
        private = stat.S_ISREG(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
        ours = status.st_uid == os.geteuid() and status.st_nlink == 1
        return file.read().strip() if private and ours else ""


def set_aside(path: Path) -> Path:
    """Rename a file to the first free one of ``NAME.yours-1.json``, ``NAME.yours-2.json`` and so on; return that."""
    names = (path.with_name(f"{path.stem}.yours-{n}{path.suffix}") for n in count(1))
    kept = next(name for name in names if not name.exists())
    path.rename(kept)
    return kept
