"""What the sidebar of a page says after another page has changed, in a small book that is really built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit import small_books

LISTED = re.compile(r'<li class="toctree-l1[^>]*><a [^>]*>\s*(.*?)\s*</a>')


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path) -> Path:
    small_books.start(tmp_path, "book/home", "book/first", "book/second")
    for name in ("home", "first", "second"):
        (tmp_path / f"book/{name}.md").write_text(f"# Page {name}\n")
    small_books.build(tmp_path)
    return tmp_path


def listed(root: Path) -> list[str]:
    return LISTED.findall((small_books.build(root) / "book/first.html").read_text())


def test_a_new_title_is_on_all_pages(root: Path) -> None:
    assert listed(root) == ["Page first", "Page second"]
    (root / "book/second.md").write_text("# Renamed\n")
    assert listed(root) == ["Page first", "Renamed"]


def test_a_new_order_is_on_all_pages(root: Path) -> None:
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: book/home\nchapters:\n- file: book/second\n- file: book/first\n"
    )
    assert listed(root) == ["Page second", "Page first"]
