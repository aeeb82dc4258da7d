"""The editor, with a disk, a linter and a builder that are made up."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from workbench.errors import TutorialError
from workbench.lint import Finding
from workbench.streams import Event
from workbench.views import background
from workbench.views import editor as module
from workbench.views.editor import Actions, EditorView

from .polling import wait_until

STREAMS = Path(__file__).with_name("streams")
TEXT = "FROM python:3.8.10\nRUN pip install Flask==2.2.2\n"


def recorded(name: str) -> list[Event]:
    events: list[Event] = json.loads((STREAMS / f"{name}.json").read_text())
    return events


class Bench:
    """Stands in for a file, for hadolint and for an engine."""

    def __init__(self, text: str | None = TEXT) -> None:
        self.disk = text
        self.writes: list[str] = []
        self.linted: list[str] = []
        self.builds = 0
        self.events: Iterable[Event] = recorded("build")
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


@pytest.fixture(autouse=True)
def fixture_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody who types."""
    monkeypatch.setattr(module, "QUIET", 0.02)
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)


def said(view: EditorView) -> list[str]:
    [text] = re.fullmatch(r'<p role="status" aria-live="polite">(.*)</p>', view.status.value, re.DOTALL).groups()  # type: ignore[union-attr]
    return [html.unescape(line) for line in str(text).split("<br>")]


def choices(view: EditorView) -> bool:
    return view.mine.layout.display is None and view.theirs.layout.display is None


def test_what_a_notebook_stores_is_the_same_each_time() -> None:
    view = Bench().editor()
    assert repr(view) == "<editor of Dockerfile>"
    view.text.value = "FROM x"
    assert repr(view) == "<editor of Dockerfile>"


def test_who_only_opens_it_changes_nothing() -> None:
    bench = Bench()
    view = bench.editor()
    assert view.text.value == TEXT
    assert said(view) == ["hadolint finds nothing to mend."]
    assert bench.writes == []
    assert not choices(view)


def test_a_finding_stands_beside_its_line_in_page_and_snapshot() -> None:
    bench = Bench()
    bench.found = [Finding(2, "RUN <b>", "DL3042", "warning", "Use <less> & more.")]
    view = bench.editor()
    assert said(view) == ["hadolint finds 1 thing, on line 2."]
    row = (
        '<th scope="row">2</th><td><code style="white-space:pre-wrap;overflow-wrap:anywhere">RUN &lt;b&gt;</code></td>'
    )
    row += "<td>warning DL3042: Use &lt;less&gt; &amp; more.</td>"
    assert row in view.findings.value
    assert row in view.snapshot


def test_each_instruction_is_explained_in_page_and_snapshot() -> None:
    view = Bench(TEXT + "FRUM x\nCMD python x.py\n").editor()
    for shown in (view.findings.value, view.snapshot):
        text = html.unescape(shown)
        assert "Starts from the image python:3.8.10" in text
        assert "Did you mean FROM?" in text
        assert '["/bin/sh", "-c", "python x.py"]' in text
        assert shown.count("<caption>") == 1
    assert html.escape(TEXT) in view.snapshot


def test_it_lints_when_the_fingers_rest() -> None:
    bench = Bench()
    view = bench.editor()
    before = threading.active_count()
    for end in range(1, 30):
        view.text.value = TEXT + "#" * end
    wait_until(lambda: bench.linted[-1] == TEXT + "#" * 29 and threading.active_count() <= before)
    assert len(bench.linted) < 10
    assert said(view)[0] == "Not saved."
    assert bench.writes == []
    view.text.value = TEXT
    assert said(view)[0] != "Not saved."


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n"])
def test_an_empty_file_is_told(text: str) -> None:
    assert said(Bench(text).editor()) == ["The Dockerfile is empty: it begins with FROM."]


def test_without_hadolint_a_line_says_so_and_the_rest_works() -> None:
    bench = Bench()
    bench.trouble["lint"] = TutorialError("hadolint is not installed.", "Install it.")
    view = bench.editor()
    assert said(view) == ["hadolint is not installed. Install it."]
    assert "Starts from the image" in view.findings.value


def test_save_writes_once_what_has_changed() -> None:
    bench = Bench()
    view = bench.editor()
    view.save.click()
    assert bench.writes == []
    view.text.value = "FROM a\n"
    view.save.click()
    view.save.click()
    assert bench.writes == ["FROM a\n"]
    assert said(view)[0] == "Saved."


def test_a_file_that_is_not_there_is_made() -> None:
    bench = Bench(None)
    view = bench.editor()
    assert "no such file yet" in said(view)[0]
    view.text.value = "FROM a\n"
    view.save.click()
    assert bench.disk == "FROM a\n"


def clashing() -> tuple[Bench, EditorView]:
    bench = Bench()
    view = bench.editor()
    view.text.value = "FROM mine<b>\n"
    bench.disk = "FROM theirs\n"
    view.save.click()
    return bench, view


def test_a_file_that_changed_meanwhile_is_not_overwritten() -> None:
    bench, view = clashing()
    assert bench.disk == "FROM theirs\n"
    assert said(view)[0].startswith("Not saved: the file has changed on disk")
    assert "FROM mine&lt;b&gt;" in view.conflict.value
    assert "FROM theirs" in view.conflict.value
    assert choices(view)
    assert view.build.disabled
    assert view.save.disabled


def test_keep_mine_writes_over_what_was_shown() -> None:
    bench, view = clashing()
    view.mine.click()
    assert bench.disk == "FROM mine<b>\n"
    assert not choices(view)
    assert view.conflict.value == ""
    assert not view.build.disabled


def test_keep_mine_does_not_write_over_what_was_never_shown() -> None:
    bench, view = clashing()
    bench.disk = "FROM others\n"
    view.mine.click()
    assert bench.disk == "FROM others\n"
    assert "FROM others" in view.conflict.value
    assert choices(view)


def test_take_theirs_shows_the_file() -> None:
    bench, view = clashing()
    view.theirs.click()
    assert view.text.value == bench.disk == "FROM theirs\n"
    assert not choices(view)
    assert bench.writes == []
    view.text.value = "FROM c\n"
    view.save.click()
    assert bench.disk == "FROM c\n"


def test_a_file_that_was_removed_meanwhile_is_a_change_too() -> None:
    bench = Bench()
    view = bench.editor()
    view.text.value, bench.disk = "FROM mine\n", None
    view.save.click()
    assert bench.disk is None
    assert "no such file any more" in view.conflict.value
    view.mine.click()
    assert bench.disk == "FROM mine\n"


def test_who_changed_nothing_gets_the_new_file() -> None:
    bench = Bench()
    view = bench.editor()
    bench.disk = "FROM new\n"
    view.build.click()
    wait_until(lambda: view.text.value == "FROM new\n")
    wait_until(lambda: said(view)[0].startswith("The file had changed on disk"))
    assert not choices(view)
    assert bench.builds == 0


@pytest.mark.parametrize("what", ["read", "write"])
def test_a_disk_that_fails_is_a_line(what: str) -> None:
    bench = Bench()
    view = bench.editor()
    view.text.value = "FROM a\n"
    bench.trouble[what] = TutorialError("Dockerfile can't be written: No space left on device.", "Mend that.")
    view.save.click()
    assert said(view)[0] == "Not saved. Dockerfile can't be written: No space left on device. Mend that."
    assert bench.disk == TEXT


def test_a_file_that_is_no_text_is_left_alone() -> None:
    bench = Bench()
    bench.trouble["read"] = TutorialError("Dockerfile is no text in UTF-8.", "Save it as UTF-8.")
    view = bench.editor()
    assert said(view)[0] == "Dockerfile is no text in UTF-8. Save it as UTF-8."
    view.text.value = "FROM a\n"
    view.save.click()
    assert bench.writes == []


def test_build_saves_and_builds_and_says_so() -> None:
    bench = Bench()
    view = bench.editor()
    view.text.value = "FROM a\n"
    view.build.click()
    wait_until(lambda: said(view)[-1] == "Built ada/degrees_api:1.0.")
    assert bench.disk == "FROM a\n"
    assert "Built ada/degrees_api:1.0." in view.snapshot
    [bar] = view.progress.children
    assert "build ada/degrees_api:1.0" in bar.snapshot


def test_a_double_click_builds_once() -> None:
    bench, go = Bench(), threading.Event()

    def slow() -> Iterator[Event]:
        yield from recorded("build")[:1]
        go.wait(10)
        yield from recorded("build")[1:]

    bench.events = slow()
    view = bench.editor()
    view.build.click()
    wait_until(lambda: "Building." in said(view))
    assert view.build.disabled
    view.build.click()
    go.set()
    wait_until(lambda: said(view)[-1] == "Built ada/degrees_api:1.0.")
    assert bench.builds == 1
    assert not view.build.disabled


def test_a_failing_build_shows_its_last_lines() -> None:
    bench = Bench()
    bench.events = recorded("build_failing")
    view = bench.editor()
    view.build.click()
    wait_until(lambda: said(view)[-1] == "The build failed.")
    [bar] = view.progress.children
    assert "returned a non-zero code: 3" in bar.snapshot
    assert bar.snapshot in view.snapshot
    assert not view.build.disabled


def test_a_build_that_cannot_start_is_a_line() -> None:
    bench = Bench()
    bench.trouble["build"] = TutorialError("dockerfile parse error line 2: unknown instruction: FRUM", "Mend that.")
    view = bench.editor()
    view.build.click()
    wait_until(lambda: said(view)[-1] == "The build failed.")
    assert "unknown instruction: FRUM" in view.progress.children[0].snapshot


def test_a_closed_editor_leaves_no_thread() -> None:
    before = threading.active_count()
    view = Bench().editor()
    view.text.value = "FROM x"
    view.close()
    wait_until(lambda: threading.active_count() <= before)


def test_a_large_text_makes_no_large_page() -> None:
    bench = Bench("FROM a\n" + 'CMD ["<&>"\n' * 20_000)
    bench.found = [Finding(1, "<" * 10_000, "X", "error", "&" * 10_000)] * 1000
    view = bench.editor()
    assert len(view.snapshot) < 20_000
    assert "And 19941 more." in view.findings.value


def test_each_control_has_a_name() -> None:
    view = Bench().editor()
    assert view.text.description == "Dockerfile"
    for button in (view.save, view.build, view.mine, view.theirs):
        assert button.description
        assert button.tooltip
