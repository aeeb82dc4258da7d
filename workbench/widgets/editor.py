"""An editor for a Dockerfile: what hadolint finds, what each instruction will do, save, build."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import ipywidgets

from workbench.engine.dockerfile import instructions
from workbench.engine.events import Event, Reader
from workbench.engine.hadolint import Finding
from workbench.errors import TutorialError
from workbench.text import one_line
from workbench.widgets.background import Debouncer, SingleTask
from workbench.widgets.base import View
from workbench.widgets.findings import count, effects_table, findings_table
from workbench.widgets.markup import Html, joined, lines, live_status
from workbench.widgets.progress import INTERVAL, ProgressView

QUIET = 0.3  # seconds without a key press until the text is looked at
ROWS_SHOWN = 60  # of a table
SNAPSHOT_PART = 6000  # characters
SNAPSHOT_ROWS = (15, 5, 1, 0)
VERSION = Html('<h4>{}</h4><pre style="white-space:pre-wrap;overflow-wrap:anywhere">\n{}</pre>')
MONOSPACE = Html(
    "<style>.workbench-dockerfile textarea{font-family:var(--jp-code-font-family,monospace);white-space:pre;"
    "overflow-x:auto;tab-size:4}</style>"
)


@dataclass(frozen=True)
class Actions:
    """What the editor calls; all but ``build``'s events come at once, and those that fail raise ``TutorialError``.

    Attributes
    ----------
    read : callable
        Returns the text on disk, None where there is no file.
    write : callable
        Replaces it.
    lint : callable
        Returns the findings for a text.
    build : callable
        Returns the events of a build from the file on disk.
    """

    read: Callable[[], str | None]
    write: Callable[[str], None]
    lint: Callable[[str], list[Finding]]
    build: Callable[[], Iterable[Event]]


class EditorView(View):
    """An editor for one file.

    Parameters
    ----------
    name : str
        Of the file, without its folder.
    image : str
        What a build makes.
    actions : Actions
    """

    def __init__(self, name: str, image: str, actions: Actions) -> None:
        self.name, self._image, self._do = name, image, actions
        self._theirs: str | None = None
        self._state, self._built, self._building = "", "", False
        self._once, self._latest = SingleTask(), Debouncer(self._look, QUIET)
        self.text = ipywidgets.Textarea(
            description=one_line(name), rows=12, layout={"width": "auto", "flex_flow": "column"}
        )
        self.text.add_class("workbench-dockerfile")
        self.save = _button("Save", "Write the text to the file", self._save)
        self.build = _button("Build", "Save, then build an image from the file", self._build)
        self.mine = _button("Keep mine", "Write this text over the file's", self._keep_mine)
        self.theirs = _button("Take theirs", "Drop this text and show the file's", self._take_theirs)
        self.status, self.conflict, self.findings = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.progress = ipywidgets.VBox()
        self._bar: ProgressView | None = None
        row = {"display": "flex", "flex_flow": "row wrap"}
        buttons = ipywidgets.Box([self.save, self.build, self.mine, self.theirs], layout=row)
        style = ipywidgets.HTML(MONOSPACE)
        parts = [style, self.text, buttons, self.status, self.conflict, self.progress, self.findings]
        super().__init__(parts)
        self._open()
        self.text.observe(self._typed, "value")

    @property
    def about(self) -> str:
        """Name the file."""
        return f"editor of {self.name}"

    def close(self) -> None:
        """Close the editor; what was not saved is lost."""
        self._latest.cancel()
        super().close()

    def _open(self) -> None:
        self._seen: str | None = None
        try:
            self._seen = self._do.read()
            self._state = "" if self._seen is not None else "There is no such file yet; Save makes it."
        except TutorialError as error:
            self._state = _line(error)
        self.text.value = self._seen or ""
        self._look(self.text.value)
        self._settle()

    def _typed(self, _change: object) -> None:
        state = "Not saved." if self.text.value != (self._seen or "") else ""
        if state != self._state:
            self._state = state
            self._render()
        self._latest.give(self.text.value)

    def _look(self, text: str) -> None:
        """Lint and explain a text; runs in a thread."""
        try:
            found, trouble = self._do.lint(text), ""
        except TutorialError as error:
            found, trouble = [], _line(error)
        steps = instructions(text)
        if not steps:
            trouble = "The Dockerfile is empty: it begins with FROM."
        self._summary = trouble or count(found)
        self.findings.value = findings_table(found, ROWS_SHOWN) + effects_table(steps, ROWS_SHOWN)
        fewer = (findings_table(found, most) + effects_table(steps, most) for most in SNAPSHOT_ROWS)
        self._tables = next(tables for tables in fewer if len(tables) <= SNAPSHOT_PART)
        self._render()

    def _save(self) -> bool:
        """Write the text, unless the file is another by now; tell whether the file is what is shown."""
        mine = self.text.value
        try:
            there = self._do.read()
            if there not in (self._seen, mine):
                self._clash(there)
                return False
            if there != mine:
                self._do.write(mine)
            self._seen, self._state = mine, "Saved."
        except TutorialError as error:
            self._state = f"Not saved. {_line(error)}"
            self._render()
            return False
        self._settle()
        return True

    def _clash(self, there: str | None) -> None:
        """Show both versions, and let the reader choose; take the file's where there is no other."""
        unchanged, self._seen, self._theirs = self.text.value == self._seen, there, there
        if unchanged:
            self._take_theirs("The file had changed on disk, and this is how it is now. Press again if it is right.")
            return
        self._state = "Not saved: the file has changed on disk since it was read. Both versions stand below."
        other = "(there is no such file any more)" if there is None else there
        versions = [("Mine, in the editor", self.text.value), ("Theirs, on disk", other)]
        self.conflict.value = joined(VERSION.format(title, text) for title, text in versions)
        self._choosing(yes=True)

    def _keep_mine(self) -> None:
        # What was shown is what may be written over; if the file has changed once more, both are shown again.
        self._save()

    def _take_theirs(self, state: str = "This is what's on disk.") -> None:
        self.text.value = self._theirs or ""
        self._state = state
        self._settle()

    def _settle(self) -> None:
        self._theirs, self.conflict.value = None, ""
        self._choosing(yes=False)

    def _choosing(self, *, yes: bool) -> None:
        self.mine.layout.display = self.theirs.layout.display = None if yes else "none"
        self.save.disabled = yes
        self._render()

    def _build(self) -> None:
        self._once.run(self._save_and_build)

    def _save_and_build(self) -> None:
        """Save, and build from what was saved; runs in a thread."""
        if not self._save():
            return
        self._building = True
        self._render()
        self._bar = ProgressView(f"build {self._image}")
        self.progress.children = [self._bar]
        try:
            self._built = self._follow(self._bar)
        finally:
            self._building = False
            self._render()

    def _follow(self, bar: ProgressView) -> str:
        reader, shown, steps, started = Reader(), 0.0, 0, time.monotonic()
        try:
            for _event in reader.read(self._do.build()):
                if len(reader.steps) > steps or time.monotonic() - shown >= INTERVAL:
                    shown, steps = time.monotonic(), len(reader.steps)
                    bar.show(reader.progress())
        except TutorialError as error:
            bar.show(reader.progress())
            bar.fail(error.what.splitlines()[0])  # with the last lines of its log
            return "The build failed."
        bar.finish(reader.progress(), time.monotonic() - started)
        return f"Built {self._image}."

    def _render(self) -> None:
        self.build.disabled = self._building or bool(self.conflict.value)
        said = lines([self._state, self._summary, "Building." if self._building else self._built])
        self.status.value = live_status(said)
        built = self._bar.snapshot if self._bar is not None else ""
        built = built if len(built) <= SNAPSHOT_PART else ""
        text = self.text.value
        text = text if len(Html.escape(text)) <= SNAPSHOT_PART else text[: SNAPSHOT_PART // 6] + "\n..."
        shown = Html("<p>{}:</p><pre>\n{}</pre><p>{}</p>").format(self.name, text, said)
        self.snapshot = shown + Html(built) + self._tables  # noqa: S704 - the bar's own snapshot


def _button(name: str, tooltip: str, action: Callable[[], object]) -> ipywidgets.Button:
    button = ipywidgets.Button(description=name, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(lambda _button: action())
    return button


def _line(error: TutorialError) -> str:
    return f"{error.what} {error.fix}"
