"""One notebook in JupyterLab, opened, run and left as a student would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import requests
from playwright.sync_api import Locator, Page, expect

from tests.support.waiting import wait_until
from workbench.server.lab import Addresses

from .network import NewContext, only

START = 60_000  # milliseconds until a notebook is there: a busy machine is slow
RUN = 120_000  # milliseconds for all cells of a notebook
# Cells that are meant to fail are marked, since the lab shows no tags.
MARK = """
(numbers) => {
    const cells = document.querySelectorAll(".jp-Notebook .jp-Cell");
    numbers.forEach((number) => { cells[number].dataset.meantToFail = ""; });
}
"""
# The lab shows the traceback of an error in the same way as what is written to standard error.
FAILURES = '.jp-Cell:not([data-meant-to-fail]) [data-mime-type$=".stderr"]'


@dataclass(frozen=True)
class Lab:
    """A running server.

    Attributes
    ----------
    url : str
        ``http://127.0.0.1:PORT/PATH``: Playwright's own requests find no name below localhost.
    token : str
        What logs in.
    work : pathlib.Path
        Its folder, with ``notebooks`` and ``app`` in it.
    repository : str
        ``Lesson.repository`` of its notebooks, one after the other.
    addresses : workbench.server.lab.Addresses
        What ``./tutorial start`` prints.
    """

    url: str
    token: str
    work: Path
    repository: str
    addresses: Addresses

    def kernels(self) -> list[str]:
        """Ask the server which kernels run."""
        return [kernel["id"] for kernel in self._kernels()]

    def states(self) -> list[str]:
        """Ask the server what its kernels are doing: ``idle``, ``busy`` and others."""
        return [kernel["execution_state"] for kernel in self._kernels()]

    def end_kernels(self) -> None:
        """End them all."""
        for kernel in self.kernels():
            requests.delete(f"{self.url}/api/kernels/{kernel}", params={"token": self.token}, timeout=30)

    def _kernels(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = requests.get(
            f"{self.url}/api/kernels", params={"token": self.token}, timeout=30
        ).json()
        return found


class Notebook:
    """A notebook that is open.

    Parameters
    ----------
    page : playwright.sync_api.Page
        Shows it.
    path : pathlib.Path
        The file.
    """

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.cells: list[Any] = list(nbformat.read(path, as_version=4).cells)
        self._next = 0  # the first cell that has not run yet

    def clear(self) -> None:
        """Take the outputs away, so that what is seen afterwards is new."""
        self._menu("Edit", "Clear Outputs of All Cells")
        expect(self.page.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\d"))).to_have_count(0)

    def restart(self) -> None:
        """Restart the kernel; the outputs stay."""
        self._menu("Kernel", "Restart Kernel…")
        self.page.get_by_role("button", name="Confirm Kernel Restart").click()
        self._next = 0

    def shut_down(self, lab: Lab) -> None:
        """End the kernel."""
        self._menu("Kernel", "Shut Down Kernel")
        expect(self.page.get_by_role("button", name="No Kernel", exact=True)).to_be_visible()
        # The lab says so when it has asked for it, which is before the server has done it.
        wait_until(lambda: not lab.kernels(), "the kernel is still there")

    def run_to(self, source: str) -> Locator:
        """Run up to and including the one cell that holds this source; give that cell's output."""
        [number] = [n for n, cell in enumerate(self.cells) if cell.cell_type == "code" and source in cell.source]
        self._run(number)
        return self._cell(number).locator(".jp-Cell-outputArea")

    def run_rest(self) -> None:
        """Run the cells that have not run yet."""
        self._run(max(n for n, cell in enumerate(self.cells) if cell.cell_type == "code"))

    @staticmethod
    def view(output: Locator) -> Locator:
        """Find the view in a cell's output: the part that is no text, picture or error."""
        return output.locator(".jp-OutputArea-output:not([data-mime-type])")

    def _run(self, last: int) -> None:
        """Choose the cells up to this one, run them, and wait; a failure that is not meant ends that at once."""
        meant = [n for n, cell in enumerate(self.cells) if "raises-exception" in cell.metadata.get("tags", [])]
        self.page.evaluate(MARK, meant)
        self._prompt(self._next).click()
        self._prompt(last).click(modifiers=["Shift"])
        self.page.keyboard.press("Shift+Enter")
        self._next = last + 1
        count = sum(cell.cell_type == "code" for cell in self.cells[: self._next])
        ran = self._cell(last).locator(".jp-InputPrompt", has_text=f"[{count}]:")
        failures = self.page.locator(FAILURES)
        expect(ran.or_(failures).first).to_be_visible(timeout=RUN)
        said = failures.all_inner_texts()
        assert not said, "\n".join(said)

    def _cell(self, number: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def _prompt(self, number: int) -> Locator:
        return self._cell(number).locator(".jp-InputArea-prompt")

    def _menu(self, menu: str, item: str) -> None:
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        # By its text: its name has the shortcut in it.
        self.page.get_by_role("menuitem").filter(has=self.page.get_by_text(item, exact=True)).click()


@contextmanager
def opened(lab: Lab, new_context: NewContext, name: str) -> Iterator[Notebook]:
    """Open a notebook without the rest of the lab; afterwards its kernel must be gone."""
    path = lab.work / "notebooks" / f"{name}.ipynb"
    try:
        with only(lab.url, new_context, viewport={"width": 1280, "height": 1600}) as page:
            # Reset: a test that opened the whole lab has left its sidebar open, which hides a narrow notebook.
            page.goto(f"{lab.url}/doc/tree/notebooks/{path.name}?reset&token={lab.token}")
            notebook = Notebook(page, path)
            expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(len(notebook.cells), timeout=START)
            planned = [
                n for n, cell in enumerate(notebook.cells) if "raises-exception" in cell.metadata.get("tags", [])
            ]
            page.evaluate(MARK, planned)
            notebook.clear()
            yield notebook
            notebook.shut_down(lab)
    finally:
        lab.end_kernels()
