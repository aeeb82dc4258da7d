"""The built book as any reader gets it: from a plain file server, with no kernel and no other host."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from workbench.book.notebooks import WIDGETS
from workbench.book.sphinx_ext.widget_snapshots import WIDGET_VIEW
from workbench.settings import PATHS

from .accessibility import look_at
from .network import only, uncomplaining

pytestmark = pytest.mark.browser

TOC = yaml.safe_load((PATHS.root / "_toc.yml").read_text())
NAMES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
CHAPTERS = sorted(path.stem for path in PATHS.notebooks.glob("*.ipynb"))
FETCHED = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*\b(?:src|href|data)=[\"']([^\"']+)"
)
ELSEWHERE = re.compile(r"(?:https?:)?//")


def states(name: str) -> list[str]:
    """Give the snapshots of the views that a notebook shows, in the order in which it shows them."""
    notebook = nbformat.read(PATHS.notebooks / f"{name}.ipynb", as_version=4)
    models = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [output.data[WIDGET_VIEW]["model_id"] for output in outputs if WIDGET_VIEW in output.get("data", {})]
    return [models[model]["state"].get("snapshot", "") for model in shown]


def words(text: str) -> str:
    """Give the text of a piece of HTML, without the white space."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", "", text)))


@pytest.fixture(name="reader")
def fixture_reader(chromium: Browser, site: str) -> Iterator[Page]:
    """Open a page that reaches the file server only; whatever it complains about is a failure."""
    with only(site, chromium, base_url=site) as page, uncomplaining(page):
        yield page


@pytest.mark.parametrize("name", [*NAMES, "search", "genindex"])
def test_a_page_is_complete_and_everybody_can_read_it(reader: Page, axe: str, name: str) -> None:
    reader.goto(f"{name}.html")
    expect(reader.locator("main h1:visible")).to_be_visible()
    look_at(reader.locator("html"), f"page-{Path(name).name}", axe)


def test_what_is_folded_can_be_read_by_everybody_too(reader: Page, axe: str) -> None:
    reader.goto("notebooks/03_write_dockerfile.html")
    reader.locator(".sd-tab-set > label", has_text="Command line").first.click()
    folded = reader.locator("article details:not([open]) > summary").element_handles()
    assert len(folded) > 9
    for summary in folded:
        summary.click()
    look_at(reader.locator("html"), "page-unfolded", axe)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_shows_the_last_state_of_each_view_without_scripts(chromium: Browser, site: str, name: str) -> None:
    with only(site, chromium, java_script_enabled=False) as page:
        page.goto(f"{site}/notebooks/{name}.html")
        views = page.locator(".view")
        due = states(name)
        expect(views).to_have_count(len(due))
        for view, state in zip(views.all(), due):
            assert state, "a view of this page keeps no last state"
            expect(view).to_be_visible()
            assert words(view.inner_html()) == words(state)


def test_no_page_names_another_host_for_what_it_needs(pages: Path) -> None:
    files = list(pages.rglob("*.html"))
    assert len(files) > len(NAMES)
    fetched = {(file.name, url) for file in files for url in FETCHED.findall(file.read_text())}
    assert fetched, "nothing was found, so nothing is proven"
    assert {(name, url) for name, url in fetched if ELSEWHERE.match(url)} == set()
