"""The rules of ``.dockerignore``: which of them decides on a path, asked of docker-py's own matcher."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

from docker.utils.build import Pattern, PatternMatcher
from docker.utils.fnmatch import fnmatchcase

from workbench.errors import TutorialError

IGNORE = ".dockerignore"
DOCKERFILE = "Dockerfile"
MARK = "\ufeff"  # a byte order mark
SAVE = "Save it as UTF-8: most editors ask for the encoding in their Save As window."


def read(folder: Path) -> list[str]:
    """Read the lines of the file; none where there is no such file.

    Raises
    ------
    TutorialError
        Where docker-py can't read it either, so that a build fails or sends everything.
    """
    path = folder / IGNORE
    if path.is_dir():
        raise TutorialError(
            f"{IGNORE} is a folder, so a build of this folder fails.", "Write the rules into a file of that name."
        )
    try:
        content = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise TutorialError(
            f"{IGNORE} can't be read ({error.strerror}), so a build of this folder fails.", "Look at it: ls -l"
        ) from error
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise TutorialError(f"{IGNORE} is in UTF-16, and Docker can't read its rules.", SAVE)
    try:
        return content.decode().splitlines()
    except UnicodeDecodeError as error:
        raise TutorialError(f"{IGNORE} isn't in UTF-8, so docker-py can't read its rules.", SAVE) from error


class _Cased(Pattern):
    """A pattern that minds the case, as the ``docker`` command does."""

    def match(self, filepath: str) -> bool:
        """Tell whether a path matches."""
        return bool(fnmatchcase(filepath, self.cleaned_pattern))


class Chooser:
    """Asks docker-py's own matcher, and finds the rule that decided.

    Parameters
    ----------
    lines : list of str
        Those of the file.
    """

    def __init__(self, lines: list[str]) -> None:
        stripped = [line.strip() for line in lines]
        rules = [line for line in stripped if line and not line.startswith("#")]
        # docker-py sends these two whatever the rules say, since the engine works by them.
        # Any: the annotations ask for a path where the code needs a str.
        self._matcher: Any = PatternMatcher([*rules, f"!{DOCKERFILE}"])
        self._cased: Any = PatternMatcher([])
        self._cased.patterns = [one for one in map(_Cased, [*rules, f"!{DOCKERFILE}", f"!{IGNORE}"]) if one.dirs]
        self._single: list[tuple[str, Any]] = [(rule, PatternMatcher([rule.removeprefix("!")])) for rule in rules[::-1]]
        self._exceptions = [pattern.cleaned_pattern for pattern in self._matcher.patterns if pattern.exclusion]

    def rule(self, path: str) -> str:
        """Give the rule that leaves a path out; empty where it is sent."""
        return self._deciding(path) if self._matcher.matches(path) else ""

    def _deciding(self, path: str) -> str:
        # The last rule that speaks of the path decides.
        return next(rule for rule, single in self._single if single.matches(path))

    def enters(self, path: str) -> bool:
        """Whether something below a folder that is left out may be sent after all."""
        return any(pattern.startswith(path) for pattern in self._exceptions)

    def minding_case(self, path: str) -> str:
        """Give the rule by which docker-py decides on a path and the ``docker`` command doesn't, for its case."""
        return self._deciding(path) if self._matcher.matches(path) != self._cased.matches(path) else ""
