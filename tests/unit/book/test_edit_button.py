"""Where a page says how to edit it, in a small book that is really built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit import small_books

EDIT = re.compile(r'href="(https://[^"]*/edit/[^"]*)"')


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path) -> Path:
    small_books.start(tmp_path, "book/page")
    (tmp_path / "book/page.md").write_text("# A page\n\nWords.\n")
    return tmp_path


def test_published_from_a_repository_it_leads_there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/containers")
    text = (small_books.build(root) / "book/page.html").read_text()
    assert EDIT.findall(text) == ["https://github.example/ada/containers/edit/main/book/page.md"]


def test_without_a_repository_there_is_no_such_link(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    text = (small_books.build(root) / "book/page.html").read_text()
    assert "Words." in text
    assert EDIT.findall(text) == []
