"""What is in a folder that is built: each file, and the rule that leaves it out."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from workbench.engine.dockerignore import Chooser

# Names that as a rule hold what nobody else should have, folders too, and the exceptions.
SECRETS = (
    *(".env", ".env.*", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.ppk", "*.kdbx", "*.tfstate", ".vault-token"),
    *("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials", "credentials.*", "*credentials.json"),
    *("*.password", "password", "passwords", "password.*", "secret.*", "secrets", "secrets.*", ".htpasswd", "htpasswd"),
    *(".aws", ".azure", ".gcloud", ".kube", ".ssh", ".gnupg", ".docker", ".netrc", "_netrc", ".npmrc", ".pypirc"),
    *(".pgpass", ".git-credentials"),
    ".git",  # it keeps what was deleted long ago
)
HARMLESS = ("*.example", "*.sample", "*.template", "*.dist", "*.pub", "*.md")
KINDS = {"link": stat.S_ISLNK, "file": stat.S_ISREG, "socket": stat.S_ISSOCK}
STACK = 100  # calls of Python's that are open when a notebook's cell runs, or a few more


@dataclass(frozen=True)
class Entry:
    """A file, a folder or something else of the folder that is built.

    Attributes
    ----------
    path : str
        Below that folder, with ``/``.
    size : int
        Bytes; 0 for all but files. A folder that is left out counts with all that is in it.
    kind : str
        ``file``, ``folder``, ``link``, ``socket`` or ``other``.
    rule : str
        The line of ``.dockerignore`` that leaves it out; empty where none does.
    files : int
        How many files that is: more than one for a folder that is left out.
    secret : bool
        Whether its name looks like that of a secret.
    problem : str
        Why it can't be read; the build would fail by it. Empty where it can.
    same_as : str
        The path of the same file under another name, a hard link, which is sent; this one then adds no bytes.
    """

    path: str
    size: int
    kind: str
    rule: str = ""
    files: int = 1
    secret: bool = False
    problem: str = ""
    same_as: str = ""

    @property
    def sent(self) -> bool:
        """Whether a build sends it; a socket never is."""
        return not self.rule and self.kind != "socket"


class Walk:
    """A folder as docker-py walks through it, but for its depth: there is no limit here.

    Parameters
    ----------
    root : pathlib.Path
    chooser : Chooser
    """

    def __init__(self, root: Path, chooser: Chooser) -> None:
        self._root, self._chooser = root, chooser
        self._inodes: dict[str, tuple[int, int]] = {}  # of files with more than one name, by path

    def entries(self) -> Iterator[Entry]:
        """Yield what is in the folder.

        Raises
        ------
        OSError
            Where the folder itself can't be read.
        """
        waiting = [""]
        while waiting:
            below = waiting.pop()
            try:
                with os.scandir(self._root / below) as items:
                    found = list(items)
            except OSError as error:
                if not below:
                    raise
                yield Entry(below, 0, "folder", problem=error.strerror or "unreadable")
                continue
            for item in found:
                path = f"{below}/{item.name}" if below else item.name
                yield from self._entry(item, path, waiting)

    def _entry(self, item: os.DirEntry[str], path: str, waiting: list[str]) -> Iterator[Entry]:
        rule = self._chooser.rule(path)
        if not item.is_dir(follow_symlinks=False):
            yield self._file(item, path, rule)
        elif rule and not self._chooser.enters(path):
            size, files = _weigh(item.path)
            yield Entry(path, size, "folder", rule, files)
        else:
            waiting.append(path)
            if not rule:
                yield Entry(path, 0, "folder", secret=looks_secret(item.name))

    def _file(self, item: os.DirEntry[str], path: str, rule: str) -> Entry:
        try:
            status = item.stat(follow_symlinks=False)
        except OSError as error:
            return Entry(path, 0, "other", rule, problem=error.strerror or "unreadable")
        kind = next((name for name, is_one in KINDS.items() if is_one(status.st_mode)), "other")
        if kind != "file":
            return Entry(path, 0, kind, rule)
        if status.st_nlink > 1 and not rule:
            self._inodes[path] = status.st_dev, status.st_ino
        problem = "" if rule or os.access(item.path, os.R_OK) else "Permission denied"
        return Entry(path, status.st_size, "file", rule, secret=looks_secret(item.name), problem=problem)

    def without_doubles(self, sent: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Take the bytes off files that are sent under another name already, as docker-py does."""
        first: dict[tuple[int, int], str] = {}
        for path in sorted(self._inodes):  # docker-py sends the paths in this order
            first.setdefault(self._inodes[path], path)
        names = {path: first[inode] for path, inode in self._inodes.items() if first[inode] != path}
        return tuple(replace(one, size=0, same_as=names[one.path]) if one.path in names else one for one in sent)

    def warnings(self, found: list[Entry]) -> Iterator[str]:
        """Say where docker-py does something else than the ``docker`` command."""
        told = ""
        for entry in found:
            rule = self._chooser.minding_case(entry.path)
            if rule and not (told and entry.path.startswith(f"{told}/")):
                told = entry.path
                does, other = ("leaves it out", "sends it") if entry.rule else ("sends it", "leaves it out")
                yield f"{told} and {rule} differ in case: docker-py {does}, and docker build {other}."
        deepest = max((entry.path.count("/") for entry in found), default=0)
        if deepest > sys.getrecursionlimit() - STACK:
            yield f"Folders are nested {deepest} deep: docker-py fails at that, and docker build doesn't."


def _weigh(folder: str) -> tuple[int, int]:
    """Give the bytes and the number of the files in a folder; what can't be read weighs nothing."""
    size = files = 0
    waiting = [folder]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as items:
            for item in items:
                if item.is_dir(follow_symlinks=False):
                    waiting.append(item.path)
                    continue
                status = item.stat(follow_symlinks=False)
                size, files = size + (status.st_size if stat.S_ISREG(status.st_mode) else 0), files + 1
    return size, files


def looks_secret(name: str) -> bool:
    """Whether a file or folder of that name holds a secret as a rule."""
    lower = name.lower()
    if any(fnmatch(lower, pattern) for pattern in HARMLESS):
        return False
    return any(fnmatch(lower, pattern) for pattern in SECRETS)
