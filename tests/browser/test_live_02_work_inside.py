"""Chapter 02 of the book, run in the page: a terminal in a container, typed into by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .accessibility import Axe, look_at
from .labs import Lab
from .live import live
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]


def test_the_terminal_of_the_page_is_typed_into(lab_server: Lab, new_context: NewContext, axe: Axe) -> None:
    with live(lab_server, new_context, "02_work_inside") as chapter:
        chapter.begin()
        shell = chapter.run_to("shell = terminal(box)")
        screen, keyboard = shell.locator(".xterm-rows"), chapter.page.keyboard
        expect(screen).to_contain_text("# ")
        shell.locator(".xterm-screen").click()
        keyboard.type("echo $((40 + 4))\n")
        expect(screen).to_contain_text("44")
        look_at(shell, "live-02-terminal", axe)
        keyboard.press("F6")
        expect(shell.get_by_role("button", name="End this terminal")).to_be_focused()
        assert chapter.complaints == []
        chapter.press("Restart")
        expect(shell.get_by_role("status")).to_contain_text("The notebook's kernel was restarted")
        expect(chapter.status).to_have_text("Ready: the kernel has run nothing yet.")
        expect(chapter.cell("shell = terminal(box)").locator(".live-state")).to_have_text(
            "Ran in a kernel that is gone."
        )
