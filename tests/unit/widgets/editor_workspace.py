"""An editor of a Dockerfile on a file, a hadolint and an engine that are played."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from tests.support.streams import STREAMS
from workbench.engine.events import Event
from workbench.engine.hadolint import Finding
from workbench.errors import TutorialError
from workbench.widgets.editor import Actions, EditorView

TEXT = "FROM python:3.8.10\nRUN pip install Flask==2.2.2\n"


class EditorWorkspace:
    """Stands in for a file, for hadolint and for an engine."""

    def __init__(self, text: str | None = TEXT) -> None:
        self.disk = text
        self.writes: list[str] = []
        self.linted: list[str] = []
        self.builds = 0
        self.events: Iterable[Event] = STREAMS["build"]
        self.found: list[Finding] = []
        self.trouble: dict[str, TutorialError] = {}

    def editor(self) -> EditorView:
        """Open an editor on it."""
        return EditorView("Dockerfile", "ada/degrees_api:1.0", Actions(self.read, self.write, self.lint, self.build))

    def read(self) -> str | None:
        """Give what stands in the file."""
        self._fail("read")
        return self.disk

    def write(self, text: str) -> None:
        """Replace it."""
        self._fail("write")
        self.writes.append(text)
        self.disk = text

    def lint(self, text: str) -> list[Finding]:
        """Find what the test wants found."""
        self.linted.append(text)
        self._fail("lint")
        return self.found

    def build(self) -> Iterator[Event]:
        """Count, and give the events that the test wants."""
        self.builds += 1
        self._fail("build")
        yield from self.events

    def _fail(self, what: str) -> None:
        if what in self.trouble:
            raise self.trouble[what]


def said(view: EditorView) -> list[str]:
    [text] = re.fullmatch(r'<p role="status" aria-live="polite">(.*)</p>', view.status.value, re.DOTALL).groups()  # type: ignore[union-attr]
    return [html.unescape(line) for line in str(text).split("<br>")]


def choices(view: EditorView) -> bool:
    return view.mine.layout.display is None and view.theirs.layout.display is None
