"""The editor, with a disk, a linter and a builder that are made up."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator

import pytest
from markupsafe import escape

from tests.support.streams import STREAMS
from tests.support.waiting import wait_until
from workbench.engine.events import Event
from workbench.engine.hadolint import Finding
from workbench.errors import TutorialError
from workbench.widgets import background
from workbench.widgets import editor as module

from .editor_workspace import TEXT, EditorWorkspace, choices, said


@pytest.fixture(autouse=True)
def fixture_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody who types."""
    monkeypatch.setattr(module, "QUIET", 0.02)
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)


def test_what_a_notebook_stores_is_the_same_each_time() -> None:
    view = EditorWorkspace().editor()
    assert repr(view) == "<editor of Dockerfile>"
    view.text.value = "FROM x"
    assert repr(view) == "<editor of Dockerfile>"


def test_who_only_opens_it_changes_nothing() -> None:
    workspace = EditorWorkspace()
    view = workspace.editor()
    assert view.text.value == TEXT
    assert said(view) == ["hadolint finds nothing to fix."]
    assert workspace.writes == []
    assert not choices(view)


def test_a_finding_stands_beside_its_line_in_page_and_snapshot() -> None:
    workspace = EditorWorkspace()
    workspace.found = [Finding(2, "RUN <b>", "DL3042", "warning", "Use <less> & more.")]
    view = workspace.editor()
    assert said(view) == ["hadolint finds 1 thing, on line 2."]
    row = "<th scope='row'>2</th><td><code style=\"white-space:pre-wrap;overflow-wrap:anywhere\">RUN &lt;b&gt;"
    row += "</code></td><td>warning DL3042: Use &lt;less&gt; &amp; more.</td>"
    assert row in view.findings.value
    assert row in view.snapshot


def test_each_instruction_is_explained_in_page_and_snapshot() -> None:
    view = EditorWorkspace(TEXT + "FRUM x\nCMD python x.py\n").editor()
    for shown in (view.findings.value, view.snapshot):
        text = html.unescape(shown)
        assert "Starts from the image python:3.8.10" in text
        assert "Did you mean FROM?" in text
        assert '["/bin/sh", "-c", "python x.py"]' in text
        assert shown.count("<caption>") == 1
    assert escape(TEXT) in view.snapshot


def test_it_lints_when_the_fingers_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUIET", 2)  # on a busy machine, some seconds pass between two keys
    workspace = EditorWorkspace()
    view = workspace.editor()
    before = threading.active_count()
    for end in range(1, 30):
        view.text.value = TEXT + "#" * end
    wait_until(lambda: workspace.linted[-1] == TEXT + "#" * 29 and threading.active_count() <= before)
    assert len(workspace.linted) < 10
    assert said(view)[0] == "Not saved."
    assert workspace.writes == []
    view.text.value = TEXT
    assert said(view)[0] != "Not saved."


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n"])
def test_an_empty_file_is_told(text: str) -> None:
    assert said(EditorWorkspace(text).editor()) == ["The Dockerfile is empty: it begins with FROM."]


def test_without_hadolint_a_line_says_so_and_the_rest_works() -> None:
    workspace = EditorWorkspace()
    workspace.trouble["lint"] = TutorialError("hadolint is not installed.", "Install it.")
    view = workspace.editor()
    assert said(view) == ["hadolint is not installed. Install it."]
    assert "Starts from the image" in view.findings.value


def test_save_writes_once_what_has_changed() -> None:
    workspace = EditorWorkspace()
    view = workspace.editor()
    view.save.click()
    assert workspace.writes == []
    view.text.value = "FROM a\n"
    view.save.click()
    view.save.click()
    assert workspace.writes == ["FROM a\n"]
    assert said(view)[0] == "Saved."


def test_a_file_that_is_not_there_is_made() -> None:
    workspace = EditorWorkspace(None)
    view = workspace.editor()
    assert "no such file yet" in said(view)[0]
    view.text.value = "FROM a\n"
    view.save.click()
    assert workspace.disk == "FROM a\n"


@pytest.mark.parametrize("what", ["read", "write"])
def test_a_disk_that_fails_is_a_line(what: str) -> None:
    workspace = EditorWorkspace()
    view = workspace.editor()
    view.text.value = "FROM a\n"
    workspace.trouble[what] = TutorialError("Dockerfile can't be written: No space left on device.", "Mend that.")
    view.save.click()
    assert said(view)[0] == "Not saved. Dockerfile can't be written: No space left on device. Mend that."
    assert workspace.disk == TEXT


def test_a_file_that_is_no_text_is_left_alone() -> None:
    workspace = EditorWorkspace()
    workspace.trouble["read"] = TutorialError("Dockerfile isn't text in UTF-8.", "Save it as UTF-8.")
    view = workspace.editor()
    assert said(view)[0] == "Dockerfile isn't text in UTF-8. Save it as UTF-8."
    view.text.value = "FROM a\n"
    view.save.click()
    assert workspace.writes == []


def test_build_saves_and_builds_and_says_so() -> None:
    workspace = EditorWorkspace()
    view = workspace.editor()
    view.text.value = "FROM a\n"
    view.build.click()
    wait_until(lambda: "Built ada/degrees_api:1.0." in view.snapshot)
    assert said(view)[-1] == "Built ada/degrees_api:1.0."
    assert workspace.disk == "FROM a\n"
    [bar] = view.progress.children
    assert "build ada/degrees_api:1.0" in bar.snapshot


def test_a_double_click_builds_once() -> None:
    workspace, go = EditorWorkspace(), threading.Event()

    def slow() -> Iterator[Event]:
        yield from STREAMS["build"][:1]
        go.wait(60)
        yield from STREAMS["build"][1:]

    workspace.events = slow()
    view = workspace.editor()
    view.build.click()
    wait_until(lambda: "Building." in said(view))
    assert view.build.disabled
    view.build.click()
    go.set()
    wait_until(lambda: said(view)[-1] == "Built ada/degrees_api:1.0.")
    assert workspace.builds == 1
    assert not view.build.disabled


def test_a_failing_build_shows_its_last_lines() -> None:
    workspace = EditorWorkspace()
    workspace.events = STREAMS["build_failing"]
    view = workspace.editor()
    view.build.click()
    wait_until(lambda: said(view)[-1] == "The build failed.")
    [bar] = view.progress.children
    assert "returned a non-zero code: 3" in bar.snapshot
    assert bar.snapshot in view.snapshot
    assert not view.build.disabled


def test_a_build_that_cannot_start_is_a_line() -> None:
    workspace = EditorWorkspace()
    workspace.trouble["build"] = TutorialError("dockerfile parse error line 2: unknown instruction: FRUM", "Mend that.")
    view = workspace.editor()
    view.build.click()
    wait_until(lambda: said(view)[-1] == "The build failed.")
    assert "unknown instruction: FRUM" in view.progress.children[0].snapshot


def test_a_closed_editor_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUIET", 3600)
    before = threading.active_count()
    view = EditorWorkspace().editor()
    view.text.value = "FROM x"
    view.close()
    wait_until(lambda: threading.active_count() <= before)


def test_a_large_text_makes_no_large_page() -> None:
    workspace = EditorWorkspace("FROM a\n" + 'CMD ["<&>"\n' * 20_000)
    workspace.found = [Finding(1, "<" * 10_000, "X", "error", "&" * 10_000)] * 1000
    view = workspace.editor()
    assert len(view.snapshot) < 20_000
    assert "And 19941 more." in view.findings.value


def test_each_control_has_a_name() -> None:
    view = EditorWorkspace().editor()
    assert view.text.description == "Dockerfile"
    for button in (view.save, view.build, view.mine, view.theirs):
        assert button.description
        assert button.tooltip
