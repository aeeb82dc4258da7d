"""The built book with no network: from a plain file server, and opened from disk, as from a stick."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from workbench.settings import PATHS

from .network import from_disk, only, uncomplaining
from .test_pages import NAMES

pytestmark = pytest.mark.browser

CHAPTERS = [Path(name).name for name in NAMES if name.startswith("notebooks/")]
WITH_COMMANDS = [name for name in CHAPTERS if "```console" in (PATHS.notebooks / f"{name}.ipynb").read_text()]
TYPED = re.compile(r"^(?:\$ |>>> |root@[0-9a-f]{12}:\S*# )(.+)$", re.MULTILINE)


@pytest.fixture(name="book", params=["served", "from disk"])
def fixture_book(request: pytest.FixtureRequest, chromium: Browser, pages: Path) -> Iterator[Page]:
    """Open the book's first page."""
    if request.param == "served":
        site = request.getfixturevalue("site")
        opened = only(site, chromium, base_url=f"{site}/")
    else:
        opened = from_disk(pages, chromium)
    with opened as page, uncomplaining(page):
        page.goto("index.html")
        page.wait_for_url("**/book/index.html")
        yield page


def cli_tabs(page: Page) -> Locator:
    return page.locator(".sd-tab-set > label", has_text="Command line")


def python_tabs(page: Page) -> Locator:
    return page.locator(".sd-tab-set > label", has_text="Python")


def chosen(page: Page) -> list[str]:
    """Give the title of the open tab of each set."""
    return [label.inner_text() for label in page.locator(".sd-tab-set > input:checked + label").all()]


def pasted(page: Page) -> str:
    """Paste what the clipboard holds, and give it."""
    field = page.locator("#paste")
    if field.count() == 0:
        page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), {id: 'paste'}))")
    field.fill("")
    field.press("Control+v")
    return field.input_value()


def plain(text: str) -> str:
    """Leave out white space and what colours an output."""
    return re.sub(r"\s|\x1b\[[\d;]*m", "", text)


def printed(cell: Any) -> list[str]:
    """Give the outputs of a cell that are text alone."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    shown_otherwise = [set(output.get("data", {})) > {"text/plain"} for output in cell.outputs]
    return [text for text, otherwise in zip(texts, shown_otherwise) if not otherwise]


def plain_lines(prose: str) -> list[str]:
    """Give the lines of Markdown that have no mark-up in them, white space left out."""
    return [
        plain(re.sub(r"^\d+\. ", "", line))  # a browser makes the numbers of a list
        for line in prose.splitlines()
        if line.strip() and not re.search(r"[][*`:#|<>'\"\\]|^[- ]|--|^\([\w-]+\)=$", line)
    ]


def test_every_page_opens_and_asks_nobody(book: Page) -> None:
    for name in [*NAMES, "search", "genindex"]:
        book.goto(f"{name}.html", wait_until="networkidle")
        expect(book.locator("main h1:visible")).to_be_visible()


def test_its_links_lead_from_home_to_the_last_chapter_and_back(book: Page) -> None:
    way = [NAMES[0], *(f"notebooks/{name}" for name in CHAPTERS)]
    for here, there in itertools.pairwise(way):
        assert here in book.url
        book.locator(".prev-next-footer a.right-next").click()
        book.wait_for_url(f"**/{there}.html")
        expect(book.locator("article h1")).to_be_visible()
    for there in reversed(way[:-1]):
        book.locator(".prev-next-footer a.left-prev").click()
        book.wait_for_url(f"**/{there}.html")


def test_a_search_finds_something(book: Page) -> None:
    book.keyboard.press("Control+k")
    book.locator("dialog[open] input[type=search]").fill("layer")
    book.keyboard.press("Enter")
    found = book.locator("#search-results li a", has_text="03 · Write the Dockerfile").first
    found.click()
    book.wait_for_url("**/03_write_dockerfile.html*")
    expect(book.locator("article")).to_contain_text("layer")


def test_an_answer_says_whether_it_is_right(book: Page) -> None:
    book.goto("notebooks/03_write_dockerfile.html")
    answers = book.locator("#quiz details")
    for verdict in ("No", "Right"):
        answer = answers.filter(has_text=re.compile(rf"\b{verdict}[.,]")).first
        said = answer.locator(".sd-summary-content")
        expect(said).to_be_hidden()
        answer.locator("summary").press("Enter")
        expect(said).to_be_visible()
        assert said.inner_text().strip().startswith(verdict)


def test_a_chosen_tab_stays_chosen_on_the_next_page(book: Page) -> None:
    book.goto("notebooks/04_build_image.html")
    assert set(chosen(book)) == {"Command line"}
    python_tabs(book).first.click()
    assert set(chosen(book)) == {"Python"}
    book.get_by_role("link", name="05 · Run it and test it").first.click()
    book.wait_for_url("**/05_run_and_test.html")
    expect(python_tabs(book).first).to_be_visible()
    assert set(chosen(book)) == {"Python"}


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_copied_commands_have_no_prompts_and_no_output(book: Page, name: str) -> None:
    book.goto(f"notebooks/{name}.html")
    cli_tabs(book).first.click()
    blocks = book.locator("div.highlight-console")
    expect(blocks.locator("button.copybtn")).to_have_count(blocks.count())
    for block in blocks.all():
        shown = block.locator("pre").inner_text()
        if shown.strip() == "^C":
            continue  # a key, which nobody copies
        commands = TYPED.findall(shown)
        assert commands
        block.locator("button.copybtn").press("Enter")
        assert pasted(book).splitlines() == commands


@pytest.mark.parametrize("name", CHAPTERS)
def test_without_scripts_all_can_be_read(chromium: Browser, site: str, name: str) -> None:
    page_of = nbformat.read(PATHS.notebooks / f"{name}.ipynb", as_version=4)
    prose = "\n".join(cell.source for cell in page_of.cells if cell.cell_type == "markdown")
    code = [cell for cell in page_of.cells if cell.cell_type == "code"]
    with only(site, chromium, java_script_enabled=False) as page:
        page.goto(f"{site}/notebooks/{name}.html")
        article = page.locator("article")
        for folded in article.locator("details:not([open]) > summary").element_handles():
            folded.click()
        read = plain(article.inner_text())
        for label in python_tabs(page).all():
            label.click()
        read += plain(article.inner_text())
    assert [cell.source for cell in code if plain(cell.source) not in read] == []
    assert [text for cell in code for text in printed(cell) if plain(text) not in read] == []
    assert [line for line in plain_lines(prose) if line not in read] == []
