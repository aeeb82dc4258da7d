"""What a page loads, in a small book that is really built."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.unit import small_books

HOME = "# Home\n\nWords.\n"
TABS = """\
# Tabs

:::::{tab-set}
::::{tab-item} CLI
```console
$ ls
```
::::
:::::

:::{note}
Mind the gap.
:::
"""
SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)
SOURCE = re.compile(r'src="[./]*_static/([^"?]*)')
AT_ONCE = "dataset.theme"  # dark or light must be known before the page is drawn


@pytest.fixture(name="book", scope="module")
def fixture_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a book of two pages, built twice."""
    root = tmp_path_factory.mktemp("book")
    small_books.start(root, "book/home", "book/tabs")
    (root / "book/home.md").write_text(HOME)
    (root / "book/tabs.md").write_text(TABS)
    small_books.build(root)
    return small_books.build(root)


def scripts(page: Path) -> set[str]:
    return set(SOURCE.findall(page.read_text()))


def rules(book: Path) -> str:
    return (book / "_static/book.min.css").read_text()


@pytest.mark.parametrize("name", ["book/home", "book/tabs", "search", "genindex"])
def test_a_page_has_one_style_sheet(book: Path, name: str) -> None:
    [sheet] = re.findall(r'<link[^>]*stylesheet"[^>]*>', (book / f"{name}.html").read_text())
    assert '_static/book.min.css"' in sheet


def test_the_sheet_has_the_rules_of_all_pages_and_no_others(book: Path) -> None:
    assert ".sd-tab-set" in rules(book)
    assert ".admonition.note" in rules(book)
    assert "data-theme=dark" in rules(book)
    assert ".admonition.danger" not in rules(book)
    assert len(rules(book)) < 150_000


def test_the_sheet_asks_for_nothing_that_is_not_there(book: Path) -> None:
    assert "@import" not in rules(book)
    urls = re.findall(r"url\(\"?([^)\"]+)", rules(book))
    assert urls
    assert [url for url in urls if not url.startswith("data:") and not (book / "_static" / url).is_file()] == []


def test_a_page_loads_the_scripts_that_it_uses(book: Path) -> None:
    home, tabs = scripts(book / "book/home.html"), scripts(book / "book/tabs.html")
    assert "scripts/pydata-sphinx-theme.js" in home
    assert home < tabs
    assert tabs - home == {"clipboard.min.js", "copybutton.js", "design-tabs.js"}


def test_only_the_search_page_loads_the_search(book: Path) -> None:
    assert "searchtools.js" in scripts(book / "search.html")
    assert not any("search" in name or "language" in name for name in scripts(book / "book/tabs.html"))


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="the theme that these Pythons get has its buttons written by scripts"
)
@pytest.mark.parametrize("name", ["book/home", "book/tabs"])
def test_no_script_keeps_a_page_waiting(book: Path, name: str) -> None:
    found = [(attributes, body) for attributes, body in SCRIPT.findall((book / f"{name}.html").read_text())]
    assert len(found) > 5
    waiting = [it for it in found if AT_ONCE not in it[1] and not re.search(r" (defer|type=module)\b", it[0])]
    assert waiting == []
