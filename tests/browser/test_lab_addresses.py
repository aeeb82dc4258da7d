"""The lab at each of its addresses: its own host name, and the plain one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .accessibility import Axe, look_at
from .dropped import visit
from .labs import Lab
from .live import LivePage
from .network import NewContext, uncomplaining

pytestmark = [pytest.mark.docker, pytest.mark.browser]

CHAPTER = "05_run_and_test"


@pytest.mark.parametrize("which", ["book", "plain"])
def test_a_chapter_runs_at_each_address(which: str, lab_server: Lab, new_context: NewContext, axe: Axe) -> None:
    address = getattr(lab_server.addresses, which)

    def run(page: Page) -> None:
        chapter = LivePage(page)
        page.goto(address)
        page.wait_for_url("**/book/book/index.html")
        page.goto(f"{address.partition('?')[0]}notebooks/{CHAPTER}.html")
        chapter.begin()
        cell = chapter.cell("lesson = Lesson(client)")
        chapter.edit(cell, "6 * 7")
        expect(chapter.run(cell)).to_have_text("42", use_inner_text=True)
        look_at(cell, f"live-at-{which}", axe)
        assert chapter.complaints == []

    visit(new_context, run)
    lab_server.end_kernels()


def test_the_lab_opens_at_its_own_name(lab_server: Lab, new_context: NewContext) -> None:
    def look(page: Page) -> None:
        with uncomplaining(page):
            # Another test's narrow window may have folded the sidebar, and the lab remembers that.
            page.goto(f"{lab_server.addresses.lab}&reset")
            expect(page.get_by_role("menuitem", name="File", exact=True)).to_be_visible()
            expect(page.get_by_text("notebooks", exact=True).first).to_be_visible()

    visit(new_context, look)
    lab_server.end_kernels()
