"""Bytes of a stranger, made into text that is safe to look at."""

from __future__ import annotations

import re

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Control characters but tab and line feed, the second range of them, and what turns the direction of writing.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def printable(data: bytes) -> str:
    r"""Decode UTF-8; show as an escape what is none, or what a terminal would act on, as ``\xff`` or ``\x1b``.

    Colours are left out. A carriage return starts a new line, since a page can't write over an old one.
    """
    text = COLOURS.sub("", data.decode(errors="backslashreplace"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def last_part(text: str, lines: int, characters: int) -> str:
    """Keep the end of a text: at most so many lines and characters, beginning with a whole line where possible."""
    kept = text.splitlines(keepends=True)[-lines:]
    tail = "".join(kept)
    if len(tail) <= characters:
        return tail
    tail = tail[-characters:]
    _cut, newline, whole = tail.partition("\n")
    return whole if newline and whole else tail
