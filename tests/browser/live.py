"""One page of the book, opened behind the server's login, and run in the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from . import traces
from .labs import Lab
from .network import NewContext, complains, only

RUN = 120_000  # milliseconds for a cell
FRESH = "Not run yet."


class LivePage:
    """A page of the book that is run.

    Parameters
    ----------
    page : playwright.sync_api.Page
        Shows it.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.bar = page.get_by_role("region", name="Run this page")
        self.status = self.bar.get_by_role("status")
        self.complaints: list[str] = []  # of the browser, in its console
        self._next = 0  # the first cell that has not run yet
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def begin(self) -> None:
        """Press "Run this page", and wait for the kernel."""
        self.bar.get_by_role("button", name="Run this page").click()
        expect(self.status).to_have_text("Ready: the kernel has run nothing yet.", timeout=RUN)

    def press(self, name: str) -> None:
        """Press a button of the bar."""
        self.bar.get_by_role("button", name=name, exact=True).click()

    def cell(self, source: str | re.Pattern[str]) -> Locator:
        """Find the one cell whose text in the book holds this."""
        return self._cells().filter(has=self.page.locator(".cell_input pre", has_text=source))

    def edit(self, cell: Locator, text: str) -> None:
        """Write this in the place of a cell's text."""
        # Not the field below it where the cell asks for input.
        cell.get_by_role("textbox", name=re.compile("^Cell ")).fill(text)

    def give_back(self, cell: Locator) -> None:
        """Give a cell the book's text again, where another was written."""
        button = cell.get_by_role("button", name="Book's text")
        if button.is_visible():
            button.click()

    def run(self, cell: Locator, state: str = "Done.") -> Locator:
        """Run one cell, and wait for how it ends; give its output."""
        cell.get_by_role("button", name=re.compile(r"^Run cell \d+$")).click()
        ended = cell.locator(".live-state")
        expect(ended).not_to_have_text(re.compile(r"^(Waiting|Running)\.$"), timeout=RUN)
        assert ended.inner_text() == state, self.output(cell).inner_text()
        return self.output(cell)

    def run_to(self, source: str | re.Pattern[str]) -> Locator:
        """Run the cells up to and including this one, as far as they haven't run yet; give its output."""
        target = self.cell(source)
        last = int(target.evaluate("(cell) => [...document.querySelectorAll('div.cell')].indexOf(cell)"))
        self._run_up_to(last)
        return self.output(target)

    def run_rest(self) -> None:
        """Run the cells that have not run yet."""
        self._run_up_to(self._cells().count() - 1)

    def output(self, cell: Locator) -> Locator:
        """Find what a cell has put out."""
        return cell.locator(".live-output")

    def _on_console(self, message: ConsoleMessage) -> None:
        if complains(message):
            self.complaints.append(message.text)

    def _cells(self) -> Locator:
        return self.page.locator("div.cell")

    def _run_up_to(self, last: int) -> None:
        for number in range(self._next, last + 1):
            cell = self._cells().nth(number)
            meant_to_fail = "tag_raises-exception" in (cell.get_attribute("class") or "")
            self.run(cell, "Failed, as it was meant to." if meant_to_fail else "Done.")
        self._next = last + 1


@contextmanager
def live(lab: Lab, new_context: NewContext, name: str) -> Iterator[LivePage]:
    """Open a chapter of the book and log in; afterwards no kernel is left.

    The addresses that ``./tutorial start`` prints are tried in test_lab_addresses.
    """
    try:
        with only(lab.url, new_context, viewport={"width": 1280, "height": 1600}) as page:
            chapter = LivePage(page)
            page.goto(f"{lab.url}/book/notebooks/{name}.html?token={lab.token}")
            # The script that makes the button has run once a page is loaded: no button will come later.
            assert chapter.bar.count() == 1, f"no button at {page.url}: {chapter.complaints}"
            yield chapter
    finally:
        lab.end_kernels()


class SharedPage:
    """A live page that tests share until one of them fails; then the next one gets another.

    Parameters
    ----------
    lab : Lab
    browser : playwright.sync_api.Browser
    name : str
        The chapter.
    """

    def __init__(self, lab: Lab, browser: Browser, name: str) -> None:
        self._open = partial(live, lab, browser.new_context, name)
        self._window = ExitStack()
        self._chapter: LivePage | None = None

    def chapter(self) -> LivePage:
        """Give the page, live."""
        if self._chapter is None:
            self._chapter = self._window.enter_context(self._open())
            traces.record(self._chapter.page.context)
            self._chapter.begin()
        return self._chapter

    def close(self) -> None:
        """Close it, which ends its kernel."""
        self._chapter = None
        self._window.close()
