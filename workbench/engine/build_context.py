"""The build context: what a build would send to the engine, what stays at home, and by which rule."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from docker.utils.build import PatternMatcher

from workbench.errors import TutorialError

IGNORE = ".dockerignore"
DOCKERFILE = "Dockerfile"
LARGE = 10_000_000  # bytes from which on sending takes long enough to ask why
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


@dataclass(frozen=True)
class Entry:
    """A file, a folder or something else of the folder that is built.

    Attributes
    ----------
    path : str
        Below that folder, with ``/``.
    size : int
        Bytes; 0 for whatever is no file. A folder that stays at home counts with all that is in it.
    kind : str
        ``file``, ``folder``, ``link`` or ``other``.
    rule : str
        The line of ``.dockerignore`` that keeps it at home; empty where it is sent.
    files : int
        How many files that is: more than one for a folder that stays at home.
    secret : bool
        Whether its name looks like that of a secret.
    problem : str
        Why it can't be read; the build would fail by it. Empty where it can.
    """

    path: str
    size: int
    kind: str
    rule: str = ""
    files: int = 1
    secret: bool = False
    problem: str = ""


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
    chooser = _Chooser(_rules(folder) if rules is None else rules)
    try:
        found = sorted(_walk(folder, "", chooser), key=lambda entry: entry.path.split("/"))
    except PermissionError as error:
        raise TutorialError(f"You may not look into {error.filename}.", "Whose is it? ls -ld tells.") from error
    sent = tuple(entry for entry in found if not entry.rule)
    left_out = tuple(entry for entry in found if entry.rule)
    return Context(sent, left_out, tuple(_warnings(folder, sent)))


def _rules(folder: Path) -> list[str]:
    path = folder / IGNORE
    return path.read_text(errors="replace").splitlines() if path.exists() else []


class _Chooser:
    """Asks docker-py's own matcher, and finds the rule that decided."""

    def __init__(self, lines: list[str]) -> None:
        stripped = [line.strip() for line in lines]
        rules = [line for line in stripped if line and not line.startswith("#")]
        # docker-py sends these two whatever the rules say, since the engine works by them.
        # Any: the annotations ask for a path where the code needs a str.
        self._matcher: Any = PatternMatcher([*rules, f"!{DOCKERFILE}"])
        self._single: list[tuple[str, Any]] = [(rule, PatternMatcher([rule.removeprefix("!")])) for rule in rules[::-1]]
        self._exceptions = [pattern.cleaned_pattern for pattern in self._matcher.patterns if pattern.exclusion]

    def rule(self, path: str) -> str:
        """Give the rule that keeps a path at home; empty where it is sent."""
        if not self._matcher.matches(path):
            return ""
        # The last rule that speaks of the path decides.
        return next(rule for rule, single in self._single if single.matches(path))

    def enters(self, path: str) -> bool:
        """Whether something below a folder that stays at home may be sent after all."""
        return any(pattern.startswith(path) for pattern in self._exceptions)


def _walk(root: Path, below: str, chooser: _Chooser) -> Iterator[Entry]:
    with os.scandir(root / below) as entries:
        found = list(entries)
    for item in found:
        path = f"{below}/{item.name}" if below else item.name
        rule = chooser.rule(path)
        if not item.is_dir(follow_symlinks=False):
            yield _entry(item, path, rule)
        elif rule and not chooser.enters(path):
            size, files = _weigh(item.path)
            yield Entry(path, size, "folder", rule, files)
        else:
            if not rule:
                yield Entry(path, 0, "folder", secret=looks_secret(item.name))
            try:
                yield from _walk(root, path, chooser)
            except PermissionError as error:
                yield Entry(path, 0, "folder", problem=error.strerror or "unreadable")


def _entry(item: os.DirEntry[str], path: str, rule: str) -> Entry:
    try:
        status = item.stat(follow_symlinks=False)
    except OSError as error:
        return Entry(path, 0, "other", rule, problem=error.strerror or "unreadable")
    if stat.S_ISLNK(status.st_mode):
        return Entry(path, 0, "link", rule)
    if not stat.S_ISREG(status.st_mode):
        return Entry(path, 0, "other", rule)
    problem = "" if rule or os.access(item.path, os.R_OK) else "Permission denied"
    return Entry(path, status.st_size, "file", rule, secret=looks_secret(item.name), problem=problem)


def _weigh(folder: str) -> tuple[int, int]:
    """Give the bytes and the number of the files in a folder; what can't be read weighs nothing."""
    size = files = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                status = Path(parent, name).lstat()
            except OSError:
                continue
            size, files = size + (status.st_size if stat.S_ISREG(status.st_mode) else 0), files + 1
    return size, files


def looks_secret(name: str) -> bool:
    """Whether a file or folder of that name holds a secret as a rule."""
    lower = name.lower()
    if any(fnmatch(lower, pattern) for pattern in HARMLESS):
        return False
    return any(fnmatch(lower, pattern) for pattern in SECRETS)


def _warnings(folder: Path, sent: tuple[Entry, ...]) -> Iterator[str]:
    size = sum(entry.size for entry in sent)
    if folder.resolve() in (Path.home().resolve(), Path(folder.resolve().anchor)):
        yield "This is a home or root folder: a build would send everything in it."
    if size > LARGE:
        largest = max(sent, key=lambda entry: entry.size)
        yield f"More than {LARGE // 10**6} MB would be sent at each build; the largest file is {largest.path}."
    for entry in sent:
        if entry.secret:
            yield f"{entry.path} looks like a secret, and would be sent."
        if entry.problem:
            yield f"{entry.path} can't be read ({entry.problem}), so the build would fail."
    if not any(entry.path == DOCKERFILE for entry in sent):
        yield f"There is no {DOCKERFILE} in this folder."
