"""What a terminal received, as the text that a person saw: escape sequences obeyed and gone."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Mapping
from typing import Any

import pyte

from workbench.system.units import size
from workbench.text import ESCAPE_SEQUENCES, safe
from workbench.widgets.output import Output

COLUMNS, ROWS = 80, 24  # until somebody says otherwise
LINES = 2000  # that are kept after they have scrolled out at the top
AT_ONCE = 64_000  # bytes: what comes faster is skipped, for nobody could have read it either
LEFT_OUT = "[what came before is left out]"
ALTERNATE_SCREEN = 1049  # full-screen programs draw on a second screen, and give the first one back

JOINING = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
LINE_ENDS = re.compile(r"\r*\n\r*")


def plain(data: bytes) -> str:
    """Take out the escape sequences, and leave all else in the order in which it came."""
    # Shells send the cursor to the start of a line where it is already.
    return LINE_ENDS.sub("\n", ESCAPE_SEQUENCES.sub("", data.decode(errors="replace")))


class Transcript:
    """The text of a terminal's output: what is on the screen, and above it what has scrolled out.

    Parameters
    ----------
    output : Output
        Read when ``text`` is asked for, and never more than a person could have seen.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self._place = 0
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._screen = _Screen(COLUMNS, ROWS)
        self._stream = _Stream(self._screen)

    def resize(self, columns: int, rows: int) -> None:
        """Follow the terminal to another size; what was on the screen keeps its lines."""
        self._catch_up()
        if (columns, rows) != (self._screen.columns, self._screen.lines):
            self._screen.fit(columns, rows)

    def text(self, most: int | None = None) -> str:
        """Give the text, without white space at the ends of lines or empty lines at the end.

        Parameters
        ----------
        most : int, optional
            How many characters of it, the latest ones.
        """
        self._catch_up()
        text = "\n".join([*self._screen.gone, *self._screen.rows()]).rstrip()
        cut = text if most is None else text[-most:]
        if len(cut) == len(text) and not self._screen.lost:
            return text
        return f"{LEFT_OUT}\n{cut.partition(chr(10))[2] if len(cut) < len(text) else cut}"

    def _catch_up(self) -> None:
        place, data = self._output.read(max(self._place, self._output.end - AT_ONCE))
        if missed := place - self._place:
            self._decode.reset()
            self._stream.feed(f"\x18\r\n[{size(missed)} left out]\r\n")
        self._place = self._output.end
        self._stream.feed(self._decode.decode(data))


class _Screen(pyte.Screen):
    """A screen that keeps the lines that leave it at the top."""

    def __init__(self, columns: int, rows: int) -> None:
        self.gone: deque[str] = deque(maxlen=LINES)
        self.lost = False  # whether some of those are gone for good
        self._first_screen: tuple[dict[int, Any], int, int] | None = None
        super().__init__(columns, rows)

    def rows(self) -> list[str]:
        return [_text(self.buffer[y]) for y in range(self.lines)]

    def fit(self, columns: int, rows: int) -> None:
        """Take another size. What is above the cursor moves out, for another width would cut it off."""
        first = self.cursor.y
        for y in range(first):
            self._move_out(y)
        kept = {y - first: self.buffer[y] for y in range(first, min(self.lines, first + rows))}
        self.buffer.clear()
        self.buffer.update(kept)
        self.cursor.y, self.lines = 0, rows
        self.resize(rows, columns)
        self.tabstops = set(range(8, columns, 8))

    def draw(self, data: str) -> None:
        # pyte drops the rest from a character on that has no width. What hides is shown, and what joins is left out.
        super().draw(JOINING.sub("", safe(data)))

    def index(self) -> None:
        top, bottom = self.margins or (0, self.lines - 1)
        if top == 0 and self.cursor.y == bottom:
            self._move_out(0)
        super().index()

    def _move_out(self, y: int) -> None:
        if self._first_screen is None:
            self.lost = self.lost or len(self.gone) == LINES
            self.gone.append(_text(self.buffer[y]))

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        if kwargs.get("private") and ALTERNATE_SCREEN in modes and self._first_screen is None:
            self._first_screen = (dict(self.buffer), self.cursor.x, self.cursor.y)
            self.buffer.clear()
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and ALTERNATE_SCREEN in modes and self._first_screen is not None:
            rows, self.cursor.x, self.cursor.y = self._first_screen
            self._first_screen = None
            self.buffer.clear()
            self.buffer.update(rows)


class _Stream(pyte.Stream):
    """A stream that goes on after a sequence that pyte doesn't understand, as a terminal does."""

    def _send_to_parser(self, data: str) -> bool | None:
        try:
            return super()._send_to_parser(data)
        except Exception:  # noqa: BLE001 - pyte calls its handlers with whatever the output says
            return True  # its parser has started again, with plain text


def _text(row: Mapping[int, Any]) -> str:
    last = max(row, default=-1)
    return "".join(row[x].data for x in range(last + 1)).rstrip()
