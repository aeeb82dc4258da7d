"""Cut a Dockerfile into statements as Docker does: comments, joined lines, flags and heredocs.

The rules are those of BuildKit's ``frontend/dockerfile/parser``, which docker-py's builder uses too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from workbench.engine.dockerfile.words import BLANKS, as_list, shell_words, take_flags, unquoted

MARK = "\ufeff"  # the byte order mark, which Docker skips at the start of a file
BLANK = re.compile(r"[\t\v\f\r ]+")
DIRECTIVE = re.compile(r"#\s*(syntax|escape|check)\s*=\s*(.+?)\s*$", re.IGNORECASE)
HEREDOC = re.compile(r"\d*<<(-?)\s*([^<]+)")
TAKES_HEREDOC = ("ADD", "COPY", "RUN")


@dataclass(frozen=True)
class Heredoc:
    """Lines that belong to an instruction.

    Attributes
    ----------
    name : str
        The word that ends them.
    text : str
        The lines, each with its line feed.
    ended : bool
        Whether that word comes at all.
    """

    name: str
    text: str
    ended: bool


@dataclass(frozen=True)
class Statement:
    """One instruction as it is written.

    Attributes
    ----------
    line : int
        Where it begins, counted from 1.
    word : str
        The first word, as it is written.
    arguments : str
        The rest, with the lines joined that end with the escape character.
    flags : tuple of str
        The words with ``--`` at the start of the arguments.
    rest : str
        The arguments without the flags.
    heredocs : tuple of Heredoc
    escape : str
        The escape character of the file.
    """

    line: int
    word: str
    arguments: str
    flags: tuple[str, ...] = ()
    rest: str = ""
    heredocs: tuple[Heredoc, ...] = ()
    escape: str = "\\"

    @property
    def keyword(self) -> str:
        """The first word in capitals."""
        return self.word.upper()


@dataclass
class _Directives:
    """Comments at the top of a file that set something; the first line of another kind ends them."""

    escape: str = "\\"
    seen: list[str] = field(default_factory=list)
    open: bool = True

    def refused(self, line: str) -> bool:
        """Take a line; tell whether it is a directive that Docker refuses."""
        match = DIRECTIVE.match(line) if self.open else None
        if not match:
            self.open = False
            return False
        name, value = match[1].lower(), match[2]
        again = name in self.seen
        self.seen.append(name)
        if again or (name == "escape" and value not in ("\\", "`")):
            return True
        self.escape = value if name == "escape" else self.escape
        return False


def read(text: str) -> Iterator[Statement]:
    """Yield each statement; a comment at the top that Docker refuses comes as one whose word is ``#``."""
    lines = enumerate(text.removeprefix(MARK).split("\n"), 1)
    directives = _Directives()
    for number, line in lines:
        stripped = line.rstrip("\r").lstrip(BLANKS)
        if directives.refused(stripped):
            yield Statement(number, "#", stripped.removeprefix("#").strip())
        if stripped and not stripped.startswith("#"):
            yield _statement(number, _joined(stripped, directives.escape, lines), directives.escape, lines)


def _joined(line: str, escape: str, lines: Iterator[tuple[int, str]]) -> str:
    """Add the lines that follow as long as each ends with the escape character."""
    character = re.escape(escape)
    end = re.compile(rf"([^{character}]){character}[ \t]*$|^{character}[ \t]*$")
    parts = [end.sub(r"\1", line)]
    goes_on = bool(end.search(line))
    while goes_on and (more := next(lines, None)):
        part = more[1].rstrip("\r")
        if part.strip(BLANKS) and not part.lstrip(BLANKS).startswith("#"):
            goes_on = bool(end.search(part))
            parts.append(end.sub(r"\1", part))
    return "".join(parts)


def _statement(number: int, line: str, escape: str, lines: Iterator[tuple[int, str]]) -> Statement:
    word, arguments = _first_word(line)
    flags, rest = take_flags(arguments, escape)
    heredocs = tuple(_heredocs(word.upper(), rest, escape, lines)) if "<<" in line else ()
    return Statement(number, word, arguments, tuple(flags), rest, heredocs, escape)


def _first_word(line: str) -> tuple[str, str]:
    word, *more = BLANK.split(line.strip(BLANKS), maxsplit=1)
    return word, more[0] if more else ""


def _heredocs(keyword: str, rest: str, escape: str, lines: Iterator[tuple[int, str]]) -> Iterator[Heredoc]:
    if keyword == "ONBUILD":
        keyword, arguments = _first_word(rest)
        keyword, rest = keyword.upper(), take_flags(arguments, escape)[1]
    if keyword not in TAKES_HEREDOC or as_list(rest) is not None:
        return
    for match in filter(None, map(HEREDOC.fullmatch, shell_words(rest))):
        names = shell_words(match[2])
        if len(names) == 1:
            yield _content(unquoted(names[0], "\\") or "", lines, chomp=bool(match[1]))


def _content(name: str, lines: Iterator[tuple[int, str]], *, chomp: bool) -> Heredoc:
    found: list[str] = []
    for _number, line in lines:
        plain = line.rstrip("\r")
        if (plain.lstrip("\t") if chomp else plain) == name:
            return Heredoc(name, "".join(found), ended=True)
        found.append((line.lstrip("\t") if chomp else line) + "\n")
    return Heredoc(name, "".join(found), ended=False)


def onbuild(statement: Statement) -> Statement:
    """Give the instruction that an ONBUILD keeps."""
    word, arguments = _first_word(statement.rest)
    flags, rest = take_flags(arguments, statement.escape)
    return replace(statement, word=word, arguments=arguments, flags=tuple(flags), rest=rest)
