"""The built book with no network, from page to page: from a file server, and from disk, as from a USB drive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .network import NewContext, from_disk, only, uncomplaining
from .test_pages import CHAPTERS, NAMES, python_tabs

pytestmark = pytest.mark.browser


@pytest.fixture(name="book", params=["served", "from disk"])
def fixture_book(request: pytest.FixtureRequest, new_context: NewContext, site: str, pages: Path) -> Iterator[Page]:
    """Open the book's first page."""
    opened = (
        only(site, new_context, base_url=f"{site}/") if request.param == "served" else from_disk(pages, new_context)
    )
    with opened as page, uncomplaining(page):
        page.goto("index.html")
        page.wait_for_url("**/book/index.html")
        yield page


def chosen(page: Page) -> list[str]:
    """Give the title of the open tab of each set."""
    return [label.inner_text() for label in page.locator(".sd-tab-set > input:checked + label").all()]


def test_its_links_lead_to_the_next_page_and_back(book: Page) -> None:
    """Where the links of each page lead, test_pages proves."""
    book.locator(".prev-next-footer a.right-next").click()
    book.wait_for_url(f"**/{CHAPTERS[0]}.html")
    expect(book.locator("article h1")).to_be_visible()
    book.locator(".prev-next-footer a.left-prev").click()
    book.wait_for_url(f"**/{NAMES[0]}.html")


def test_a_search_finds_something(book: Page) -> None:
    book.keyboard.press("Control+k")
    book.locator("dialog[open] input[type=search]").fill("layer")
    book.keyboard.press("Enter")
    found = book.locator("#search-results li a", has_text="03 · Write the Dockerfile").first
    found.click()
    book.wait_for_url("**/03_write_dockerfile.html*")
    expect(book.locator("article")).to_contain_text("layer")


def test_a_chosen_tab_stays_chosen_on_the_next_page(book: Page) -> None:
    book.goto("notebooks/04_build_image.html")
    assert set(chosen(book)) == {"Command line"}
    python_tabs(book).first.click()
    assert set(chosen(book)) == {"Python"}
    book.get_by_role("link", name="05 · Run it and test it").first.click()
    book.wait_for_url("**/05_run_and_test.html")
    expect(python_tabs(book).first).to_be_visible()
    assert set(chosen(book)) == {"Python"}
