"""A file that somebody else has changed while it was edited: nothing of either is lost."""

from __future__ import annotations

import pytest

from tests.support.waiting import wait_until
from workbench.widgets import background
from workbench.widgets import editor as module
from workbench.widgets.editor import EditorView

from .editor_workspace import EditorWorkspace, choices, said


@pytest.fixture(autouse=True)
def fixture_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody who types."""
    monkeypatch.setattr(module, "QUIET", 0.02)
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)


def clashing() -> tuple[EditorWorkspace, EditorView]:
    bench = EditorWorkspace()
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
    bench = EditorWorkspace()
    view = bench.editor()
    view.text.value, bench.disk = "FROM mine\n", None
    view.save.click()
    assert bench.disk is None
    assert "no such file any more" in view.conflict.value
    view.mine.click()
    assert bench.disk == "FROM mine\n"


def test_who_changed_nothing_gets_the_new_file() -> None:
    bench = EditorWorkspace()
    view = bench.editor()
    bench.disk = "FROM new\n"
    view.build.click()
    wait_until(lambda: view.text.value == "FROM new\n")
    wait_until(lambda: said(view)[0].startswith("The file had changed on disk"))
    assert not choices(view)
    assert bench.builds == 0
