"""What a program prints: as plain text, and no more of it than fits."""

from __future__ import annotations

import re

# Colours and the like, and other characters that a page can't show.
UNPRINTABLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


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


def plain(text: str) -> str:
    """Take out of a program's output what only a terminal understands: colours, and lines drawn over others."""
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return UNPRINTABLE.sub("", "\n".join(lines))
