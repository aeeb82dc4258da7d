r"""Text that others wrote, made safe to look at: what a program printed, what a file or a container is called.

Whatever comes from a container, a file, a registry or another user may hold characters that a terminal acts on, that
turn the direction of writing, or that can't be seen. Here they become escapes such as ``\u202e``. Views put text into
``Html``, and what is printed goes through ``say``: the linter refuses ``html.escape`` and ``print``.
"""

from __future__ import annotations

import re
from typing import TextIO

# What a terminal obeys. First the colors, which are left out everywhere, then the rest.
COLORS = re.compile(r"\x1b\[[0-9;]*m")
ESCAPE_SEQUENCES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # CSI: colors, cursor
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: the window's title
    r"|[PX^_][^\x1b]*\x1b\\"  # other strings
    r"|[ -/]*[0-~])"  # two or three characters
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and line feed
    "\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # unseen, or turn the direction
    "\U000e0000-\U000e007f"  # letters that no font draws
    "\u2028\u2029"  # end a line for Python and a browser, and for nothing else
    "\ud800-\udfff"  # halves of a character: bytes of a file name that are not UTF-8
)
# Some scripts need these two between their letters, and emoji are joined by one of them.
JOINERS = "\u200c\u200d"
JOINED = f"[^\x00-\x7f{UNSEEN}{JOINERS}]"
HIDDEN = re.compile(f"[{UNSEEN}]|(?<!{JOINED})[{JOINERS}]|[{JOINERS}](?!{JOINED})")


def safe(text: str) -> str:
    r"""Show as an escape, such as ``\u202e``, each character that acts on a terminal or hides from a reader.

    Colors are left out. A carriage return starts a new line, since a page can't write over an old one.
    """
    text = COLORS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return HIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    r"""Make a name safe to look at, and keep it on one line: a line feed becomes ``\n``."""
    return safe(text.replace("\r", "\\r")).replace("\n", "\\n").replace("\t", "\\t")


def say(*texts: object, sep: str = " ", file: TextIO | None = None) -> None:
    """Print, with all that others may have written made safe to look at."""
    print(safe(sep.join(map(str, texts))), file=file)


def printable(data: bytes) -> str:
    r"""Decode UTF-8 and make it safe to look at; bytes that are not UTF-8 become escapes such as ``\xff``."""
    return safe(data.decode(errors="backslashreplace"))


def plain(text: str) -> str:
    """Take out of a program's output what only a terminal understands: colors, and lines drawn over others."""
    lines = (ESCAPE_SEQUENCES.sub("", line).rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return safe(CONTROLS.sub("", "\n".join(lines)))


def last_part(text: str, lines: int, characters: int) -> str:
    """Keep the end of a text: at most so many lines and characters, beginning with a whole line where possible."""
    kept = text.splitlines(keepends=True)[-lines:]
    tail = "".join(kept)
    if len(tail) <= characters:
        return tail
    tail = tail[-characters:]
    _cut, newline, whole = tail.partition("\n")
    return whole if newline and whole else tail


class Log:
    """Keeps the end of what it is given.

    Parameters
    ----------
    limit : int
        How many characters to keep.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Take in what was printed next; ``str()`` of the log gives what is kept, as plain text."""
        self._parts.append(text[-self._limit :])
        self._size += len(self._parts[-1])
        if self._size > 2 * self._limit:
            self._parts = ["".join(self._parts)[-self._limit :]]
            self._size = self._limit

    def __str__(self) -> str:
        return plain("".join(self._parts)[-self._limit :])
