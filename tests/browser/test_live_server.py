"""What a live page says where its server is gone, and to whom it opens no door."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Response, expect

from tests.support.waiting import wait_until
from workbench.server import lab
from workbench.system import processes

from .conftest import state_in
from .labs import Lab
from .live import live
from .network import NewContext, only
from .tcp_proxy import TcpProxy, proxy_to

pytestmark = [pytest.mark.docker, pytest.mark.browser]

CHAPTER = "05_run_and_test"
SET_UP = "lesson = Lesson(client)"


def port_of(server: Lab) -> int:
    return server.addresses.port


def through(proxy: TcpProxy, server: Lab) -> Lab:
    """Give the server as it is seen at the other end of a proxy."""
    return replace(server, url=server.url.replace(str(server.addresses.port), str(proxy.port), 1))


def wait_until_idle(server: Lab) -> None:
    """Wait until the one kernel of the server runs nothing."""
    wait_until(lambda: server.states() == ["idle"], "the kernel never came to an end")


@pytest.mark.usefixtures("client")
def test_a_server_that_stops_is_told_and_when_it_is_back_the_page_goes_on(
    lab_server: Lab, new_context: NewContext
) -> None:
    root, username = lab_server.work.parent, lab_server.repository.partition("/")[0]
    with live(lab_server, new_context, CHAPTER) as chapter:
        chapter.begin()
        cell = chapter.cell(SET_UP)
        chapter.edit(cell, "mine = 1\nmine")
        expect(chapter.run(cell)).to_have_text("1", use_inner_text=True)
        with state_in(root, username) as paths:
            processes.stop(paths, lab.LAB)
            expect(chapter.status).to_contain_text("./tutorial start", timeout=120_000)
            expect(chapter.output(cell)).to_have_text("1", use_inner_text=True)
            lab.start(paths, port_of(lab_server))
        expect(chapter.status).to_contain_text("The kernel has ended.", timeout=120_000)
        chapter.press("Restart")
        expect(chapter.status).to_have_text("Ready: the kernel has run nothing yet.")
        expect(chapter.run(cell)).to_have_text("1", use_inner_text=True)


def test_a_laptop_that_was_closed_finds_its_kernel_and_what_it_said_meanwhile(
    lab_server: Lab, new_context: NewContext, tmp_path: Path
) -> None:
    go_on = tmp_path / "go on"
    with proxy_to(port_of(lab_server)) as proxy:
        through_proxy = through(proxy, lab_server)
        with live(through_proxy, new_context, CHAPTER) as chapter:
            chapter.begin()
            cell = chapter.cell(SET_UP)
            chapter.edit(
                cell,
                "import pathlib, time\nprint('begun', flush=True)\n"
                f"while not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.1)\nprint('gone on')",
            )
            cell.get_by_role("button", name="Run cell 1").click()
            expect(chapter.output(cell)).to_have_text("begun", use_inner_text=True)
            proxy.pull()
            expect(chapter.status).to_contain_text("The server doesn't answer. The page goes on trying.")
            go_on.touch()
            wait_until_idle(lab_server)
            proxy.plug()
            expect(cell.locator(".live-state")).to_have_text("Done.")
            expect(chapter.output(cell)).to_contain_text("gone on")
            chapter.edit(cell, "time.__name__")
            expect(chapter.run(cell)).to_have_text("'time'", use_inner_text=True)


def test_a_page_whose_server_is_gone_before_it_runs_says_so_and_can_try_again(
    lab_server: Lab, new_context: NewContext
) -> None:
    with proxy_to(port_of(lab_server)) as proxy:
        through_proxy = through(proxy, lab_server)
        with live(through_proxy, new_context, CHAPTER) as chapter:
            proxy.pull()
            chapter.press("Run this page")
            expect(chapter.status).to_contain_text("The page could not be made live.")
            expect(chapter.page.locator("div.cell").first.locator("pre").first).to_be_visible()
            proxy.plug()
            chapter.begin()


def test_run_this_page_pressed_twice_starts_one_kernel(lab_server: Lab, new_context: NewContext) -> None:
    with live(lab_server, new_context, CHAPTER) as chapter:
        chapter.bar.get_by_role("button", name="Run this page").dblclick()
        expect(chapter.status).to_have_text("Ready: the kernel has run nothing yet.")
        assert len(lab_server.kernels()) == 1


def test_a_stranger_gets_the_login_page(lab_server: Lab, new_context: NewContext) -> None:
    with only(lab_server.url, new_context) as page:
        page.goto(f"{lab_server.url}/book/notebooks/{CHAPTER}.html")
        expect(page.get_by_label("Password or token:")).to_be_visible()
        expect(page.get_by_role("button", name="Run this page")).to_have_count(0)


def test_a_page_loads_little_until_it_is_to_run(lab_server: Lab, new_context: NewContext) -> None:
    with only(lab_server.url, new_context) as page:
        loaded: dict[str, int] = {}

        def on_response(response: Response) -> None:
            if "/live/" in response.url:
                loaded[response.url.rpartition("/")[2]] = len(gzip.compress(response.body()))

        page.on("response", on_response)
        page.goto(f"{lab_server.url}/book/notebooks/{CHAPTER}.html?token={lab_server.token}", wait_until="networkidle")
        assert set(loaded) == {"button.css", "button.js"}
        assert sum(loaded.values()) < 2_000
        page.get_by_role("button", name="Run this page").click()
        expect(page.get_by_role("button", name="Run all cells")).to_be_visible()
        assert {"page.css", "page.js"} < set(loaded)
        assert sum(loaded.values()) < 600_000


def test_the_address_keeps_no_token(lab_server: Lab, new_context: NewContext) -> None:
    with only(lab_server.url, new_context) as page:
        page.goto(f"{lab_server.url}/book/notebooks/{CHAPTER}.html?token={lab_server.token}#set-up")
        expect(page.get_by_role("button", name="Run this page")).to_be_visible()
        assert page.url == f"{lab_server.url}/book/notebooks/{CHAPTER}.html#set-up"
        page.goto(f"{lab_server.url}/book/setup.html?token={lab_server.token}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("button", name="Run this page")).to_have_count(0)


def test_a_plain_file_server_offers_no_button(site: str, new_context: NewContext) -> None:
    with only(site, new_context) as page:
        page.goto(f"{site}/notebooks/{CHAPTER}.html")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("button", name="Run this page")).to_have_count(0)
        expect(page.locator(".live-bar")).to_have_count(0)
        assert "live/" not in page.content()
