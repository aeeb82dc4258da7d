"""Files that are there as a whole or not at all, secrets among them, and files that make room for others."""

from __future__ import annotations

import os
import secrets
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
    """Read a secret; make it up at random where there is none yet. Only its owner can read the file."""
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, secrets.token_urlsafe(24), mode=0o600)
    return path.read_text(encoding="utf-8")


def set_aside(path: Path) -> Path:
    """Rename a file to the first free one of ``NAME.yours-1.json``, ``NAME.yours-2.json`` and so on; return that."""
    names = (path.with_name(f"{path.stem}.yours-{n}{path.suffix}") for n in count(1))
    kept = next(name for name in names if not name.exists())
    path.rename(kept)
    return kept
