"""A terminal on the page: what it received, its transcript, and a keyboard that a cell can use too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import anywidget
import traitlets

from workbench.text import one_line
from workbench.widgets.markup import Html
from workbench.widgets.output import FlowControl
from workbench.widgets.terminal_buffer import TerminalBuffer

WAIT = 20.0  # seconds that something expected has to appear
ABANDONED = 10.0  # seconds after the last view of it was closed: enough to move a cell or to open a second view
SNAPSHOTS = 0.5  # seconds between two
SNAPSHOT = 18_000  # characters of the transcript that a page keeps
WIDEST, HIGHEST = 500, 200
SECTION = Html('<section aria-label="{label}"><p>{label}.{state}</p><pre tabindex="0">{text}</pre></section>')


class Line(Protocol):
    """The other end of the terminal. Nothing here may take long."""

    def write(self, data: bytes) -> None:
        """Type."""

    def resize(self, columns: int, rows: int) -> None:
        """Tell the size."""

    def close(self) -> None:
        """End the program."""

    def wake(self) -> None:
        """Let the thread that reads call ``tick`` now."""


class TerminalView(anywidget.AnyWidget):
    """A terminal: on the page, and in a cell by ``type``, ``wait_for`` and ``transcript``.

    Parameters
    ----------
    title : str
        What runs where, for example ``/bin/bash in a container of python:3.8.10``.
    number : int
        Tells one terminal of a page from another.
    line : Line
        What is typed goes there.
    code : bytes
        The bundle for the browser; empty where there is none.
    problem : str
        Why there is none.
    """

    _esm = Path(__file__).with_name("loader.js").read_text(encoding="utf-8")

    snapshot = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    running = traitlets.Bool(default_value=True).tag(sync=True)
    code_version = traitlets.Unicode().tag(sync=True)

    def __init__(self, title: str, number: int, line: Line, code: bytes, problem: str = "") -> None:
        self._title, self._line, self._code = title, line, code
        self._talk = TerminalBuffer()
        self._changed, self._output = self._talk.changed, self._talk.output
        self._feed = FlowControl(self._output)
        self._shown, self._shown_at = 0, 0.0
        self._replayed = 0
        self._abandoned_at: float | None = None
        super().__init__(
            label=one_line(f"Terminal {number}: {title}"),
            status=problem or "Running.",
            code_version=hashlib.sha256(code).hexdigest() if code else "",
        )
        self.on_msg(self._on_message)
        self._take_snapshot()

    def __repr__(self) -> str:
        return f"<terminal: {one_line(self._title)}>"

    def type(self, keys: str, until: str | None = None) -> None:
        r"""Type, as if by hand: ``"\n"`` is Enter, ``"\x03"`` Ctrl-C, ``"\x04"`` Ctrl-D.

        Parameters
        ----------
        keys : str
        until : str, optional
            Then wait until the program shows this, usually its next prompt.

        Raises
        ------
        TutorialError
            Where the program has ended, or doesn't show what was waited for.
        """
        self._talk.before_typing()
        self._line.write(keys.replace("\n", "\r").encode())
        if until is not None:
            self.wait_for(until)

    def wait_for(self, text: str, seconds: float = WAIT) -> None:
        """Wait until the program has shown a text since something was typed last; typing is shown too.

        Raises
        ------
        TutorialError
            With what it showed instead.
        """
        self._talk.wait_for(text, seconds)
        with self._changed:
            self._take_snapshot()

    @property
    def transcript(self) -> str:
        """What the terminal has shown so far, as text without colors."""
        with self._changed:
            return self._talk.transcript.text()

    def close(self) -> None:
        """End the program, and take the terminal off the page."""
        self._line.close()
        super().close()

    # What the thread that reads the program's output calls.

    def show(self, data: bytes) -> None:
        """Take what the program put out."""
        self._talk.hear(data)

    def tick(self) -> float | None:
        """Do what is due: send to the browser, take a snapshot, end what nobody looks at any more.

        Returns
        -------
        float or None
            Seconds until there is something to do again; None where nothing is planned.
        """
        with self._changed:
            now = monotonic()
            if self._feed.due(now) == 0:
                self._send_piece(now)
            if self._shown != self._output.end and now - self._shown_at >= SNAPSHOTS:
                self._take_snapshot()
            if self._abandoned_at is not None and now - self._abandoned_at >= ABANDONED:
                self._abandoned_at = None
                self._line.close()
            plans = [
                self._feed.due(now),
                self._feed.patience(now) or None,
                None if self._shown == self._output.end else self._shown_at + SNAPSHOTS - now,
                None if self._abandoned_at is None else self._abandoned_at + ABANDONED - now,
            ]
        return min((max(plan, 0.0) for plan in plans if plan is not None), default=None)

    @property
    def full(self) -> bool:
        """Whether the program should wait, since the browser is still busy with what it said before."""
        with self._changed:
            return self._feed.patience(monotonic()) > 0

    def finish(self, how: str) -> None:
        """Show the rest, and how the program ended."""
        with self._changed:
            self._send_rest()
            self.status = how
            self.running = False
            self._take_snapshot()
        self._talk.end(how)

    # What the browser says.

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        answers: dict[str, Callable[[dict[str, Any]], None]] = {
            "code": lambda _: self.send({"type": "code"}, [self._code]),
            "open": self._on_open,
            "here": self._on_here,
            "closed": self._on_closed,
            "input": lambda said: self._on_typed(said["text"].encode(errors="replace")),
            "bytes": lambda said: self._on_typed(bytes(said["bytes"])),
            "resize": self._on_resize,
            "seen": self._on_seen,
            "end": lambda _: self._line.close(),
        }
        answer = answers.get(content.get("type", ""))
        if answer:
            with self._changed:
                answer(content)
            self._line.wake()

    def _on_open(self, said: dict[str, Any]) -> None:
        self._abandoned_at = None
        self._on_resize(said)
        self._feed.rewind()
        self._replayed = self._output.end
        self.send({"type": "rewind"})
        if not self.running:
            self._send_rest()

    def _on_here(self, _said: dict[str, Any]) -> None:
        self._abandoned_at = None

    def _on_closed(self, _said: dict[str, Any]) -> None:
        # Another view of this terminal answers that it is there, or nobody does.
        self._abandoned_at = monotonic()
        self.send({"type": "anyone"})

    def _on_typed(self, keys: bytes) -> None:
        self._line.write(keys)
        self.send({"type": "taken"})  # else the browser says that nobody takes it

    def _on_resize(self, said: dict[str, Any]) -> None:
        columns, rows = min(int(said["columns"]), WIDEST), min(int(said["rows"]), HIGHEST)
        self._talk.transcript.resize(columns, rows)
        self._line.resize(columns, rows)

    def _on_seen(self, said: dict[str, Any]) -> None:
        self._feed.acknowledge(said["place"], monotonic())

    def _send_piece(self, now: float) -> None:
        piece, end = self._feed.take(now)
        self.send({"type": "output", "end": end, "replay": end <= self._replayed}, [piece])

    def _send_rest(self) -> None:
        """Send all that is left, without waiting for anybody: it is a megabyte at most."""
        while self._feed.unsent:
            self._send_piece(monotonic())

    def _take_snapshot(self) -> None:
        text = self._talk.transcript.text(SNAPSHOT)
        state = "" if self.running else f" {self.status}"
        self._shown, self._shown_at = self._output.end, monotonic()
        self.snapshot = SECTION.format(label=self.label, state=state, text=text)
