"""The built book as files: its links lead somewhere, and its HTML is valid. No browser is needed for that."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.provision import frontend, node
from workbench.settings import PATHS

from .test_pages import NAMES

LYCHEE = (str(Path(sys.executable).with_name("lychee")), "--offline", "--include-fragments", "--no-progress")
FETCHED = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*\b(?:src|href|data)=[\"']([^\"']+)"
)
ELSEWHERE = re.compile(r"(?:https?:)?//")
VALIDATOR = Path(__file__).parent / "node_modules/html-validate/bin/html-validate.mjs"


def pages_of(folder: Path) -> list[str]:
    """Give the pages; Sphinx leaves templates of the theme beside them, which are none."""
    return [str(path) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts]


def lychee(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [*LYCHEE, "--root-dir", str(folder), *pages_of(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def html_validate(*pages: str) -> subprocess.CompletedProcess[str]:
    frontend.install(PATHS, VALIDATOR.parents[3])
    command = [str(node.node(PATHS)), str(VALIDATOR), "--preset=standard", *pages]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_all_links_within_the_book_lead_somewhere(pages: Path) -> None:
    assert len(pages_of(pages)) > len(NAMES)
    checked = lychee(pages)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("link", ["gone.html", "page.html#gone"])
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, link: str) -> None:
    (tmp_path / "page.html").write_text(f'<!DOCTYPE html><title>x</title><a href="{link}">x</a>')
    checked = lychee(tmp_path)
    assert checked.returncode != 0
    assert "gone" in checked.stdout


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the theme that this Python gets has one id twice on a page")
def test_every_page_is_valid_html(pages: Path) -> None:
    checked = html_validate(*pages_of(pages))
    assert checked.returncode == 0, checked.stdout


def test_invalid_html_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><p><img></p><ul><p></ul>")
    checked = html_validate(str(page))
    assert checked.returncode == 1
    assert "element-permitted-content" in checked.stdout


def test_each_icon_is_drawn(pages: Path) -> None:
    texts = "".join(Path(page).read_text() for page in pages_of(pages))
    texts += (pages / "_static/scripts/pydata-sphinx-theme.js").read_text()  # which adds one
    icons = set(re.findall(r"\bfas?(?:-solid)? +(fa-(?!lg\b)[a-z-]+)", texts))
    assert len(icons) > 10
    rules = (pages / "_static/book.min.css").read_text()
    assert {icon for icon in icons if not re.search(rf"\.{icon}(?:,[^{{]*)?{{--icon: *url", rules)} == set()


def test_no_page_names_another_host_for_what_it_needs(pages: Path) -> None:
    files = pages_of(pages)
    assert len(files) > len(NAMES)
    fetched = {(file, url) for file in files for url in FETCHED.findall(Path(file).read_text())}
    assert fetched, "nothing was found, so nothing is proven"
    assert {(file, url) for file, url in fetched if ELSEWHERE.match(url)} == set()
