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
    workspace = EditorWorkspace()
    view = workspace.editor()
    view.text.value = "FROM mine<b>\n"
    workspace.disk = "FROM theirs\n"
    view.save.click()
    return workspace, view


def test_a_file_that_changed_meanwhile_is_not_overwritten() -> None:
    workspace, view = clashing()
    assert workspace.disk == "FROM theirs\n"
    assert said(view)[0].startswith("Not saved: the file has changed on disk")
    assert "FROM mine&lt;b&gt;" in view.conflict.value
    assert "FROM theirs" in view.conflict.value
    assert choices(view)
    assert view.build.disabled
    assert view.save.disabled


def test_keep_mine_writes_over_what_was_shown() -> None:
    workspace, view = clashing()
    view.mine.click()
    assert workspace.disk == "FROM mine<b>\n"
    assert not choices(view)
    assert view.conflict.value == ""
    assert not view.build.disabled


def test_keep_mine_does_not_write_over_what_was_never_shown() -> None:
    workspace, view = clashing()
    workspace.disk = "FROM others\n"
    view.mine.click()
    assert workspace.disk == "FROM others\n"
    assert "FROM others" in view.conflict.value
    assert choices(view)


def test_take_theirs_shows_the_file() -> None:
    workspace, view = clashing()
    view.theirs.click()
    assert view.text.value == workspace.disk == "FROM theirs\n"
    assert not choices(view)
    assert workspace.writes == []
    view.text.value = "FROM c\n"
    view.save.click()
    assert workspace.disk == "FROM c\n"


def test_a_file_that_was_removed_meanwhile_is_a_change_too() -> None:
    workspace = EditorWorkspace()
    view = workspace.editor()
    view.text.value, workspace.disk = "FROM mine\n", None
    view.save.click()
    assert workspace.disk is None
    assert "no such file any more" in view.conflict.value
    view.mine.click()
    assert workspace.disk == "FROM mine\n"


def test_who_changed_nothing_gets_the_new_file() -> None:
    workspace = EditorWorkspace()
    view = workspace.editor()
    workspace.disk = "FROM new\n"
    view.build.click()
    wait_until(lambda: view.text.value == "FROM new\n")
    wait_until(lambda: said(view)[0].startswith("The file had changed on disk"))
    assert not choices(view)
    assert workspace.builds == 0
