"""What a live page says where its server is gone, and to whom it opens no door."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from workbench import lab, processes

from .conftest import state_in
from .labs import Lab
from .live import live
from .network import only

pytestmark = [pytest.mark.docker, pytest.mark.browser]

CHAPTER = "05_run_and_test"


@pytest.mark.usefixtures("client")
def test_a_server_that_stops_is_told_and_when_it_is_back_the_page_goes_on(lab_server: Lab, chromium: Browser) -> None:
    root, username = lab_server.work.parent, lab_server.repository.partition("/")[0]
    port = int(lab_server.url.rpartition(":")[2])
    with live(lab_server, chromium, CHAPTER) as chapter:
        chapter.begin()
        cell = chapter.cell("lesson = Lesson(client)")
        chapter.edit(cell, "mine = 1\nmine")
        expect(chapter.run(cell)).to_have_text("1", use_inner_text=True)
        with state_in(root, username):
            processes.stop(lab.LAB)
            expect(chapter.status).to_contain_text("./tutorial start", timeout=120_000)
            expect(chapter.output(cell)).to_have_text("1", use_inner_text=True)
            lab.start(port)
        expect(chapter.status).to_contain_text("The kernel has ended.", timeout=120_000)
        chapter.press("Restart")
        expect(chapter.status).to_have_text("Ready: the kernel has run nothing yet.")
        expect(chapter.run(cell)).to_have_text("1", use_inner_text=True)


def test_a_stranger_gets_the_login_page(lab_server: Lab, chromium: Browser) -> None:
    with only(lab_server.url, chromium) as page:
        page.goto(f"{lab_server.url}/book/notebooks/{CHAPTER}.html")
        expect(page.get_by_label("Password or token:")).to_be_visible()
        expect(page.get_by_role("button", name="Run this page")).to_have_count(0)


def test_the_address_keeps_no_token(lab_server: Lab, chromium: Browser) -> None:
    with only(lab_server.url, chromium) as page:
        page.goto(f"{lab_server.url}/book/notebooks/{CHAPTER}.html?token={lab_server.token}#set-up")
        expect(page.get_by_role("button", name="Run this page")).to_be_visible()
        assert page.url == f"{lab_server.url}/book/notebooks/{CHAPTER}.html#set-up"
        page.goto(f"{lab_server.url}/book/setup.html?token={lab_server.token}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("button", name="Run this page")).to_have_count(0)


def test_a_plain_file_server_offers_no_button(site: str, chromium: Browser) -> None:
    with only(site, chromium) as page:
        page.goto(f"{site}/notebooks/{CHAPTER}.html")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("button", name="Run this page")).to_have_count(0)
        expect(page.locator(".live-bar")).to_have_count(0)
        assert "live/" not in page.content()
