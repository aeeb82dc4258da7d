"""What can become of a live page's kernel, and what the page then says."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from tests.support.waiting import wait_until

from . import traces
from .accessibility import Axe, look_at
from .labs import Lab
from .live import FRESH, LivePage, SharedPage, live
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]

CHAPTER = "05_run_and_test"
SET_UP = "lesson = Lesson(client)"
START = "image, port = lesson.build(), lesson.port()"
KILLED = (
    "The kernel ended unexpectedly, and another one was started."
    " What the cells have made is gone with it: run them again, from the top."
)


@pytest.fixture(name="shared_page", scope="module")
def fixture_shared_page(lab_server: Lab, browser: Browser) -> Iterator[SharedPage]:
    page = SharedPage(lab_server, browser, CHAPTER)
    yield page
    page.close()


@pytest.fixture(name="chapter")
def fixture_chapter(shared_page: SharedPage, request: pytest.FixtureRequest, output_path: str) -> Iterator[LivePage]:
    """Give a page that is live, with the book's text in its first cell; the others are for nobody to change."""
    chapter = shared_page.chapter()
    chapter.give_back(chapter.cell(SET_UP))
    with traces.of_test(chapter.page.context, request.node, Path(output_path)):
        yield chapter
    if traces.failed(request.node):
        shared_page.close()


@pytest.fixture(name="new_chapter")
def fixture_new_chapter(shared_page: SharedPage, lab_server: Lab, new_context: NewContext) -> Iterator[LivePage]:
    """Give a page of the test's own, which is not live yet, and no kernel beside it."""
    shared_page.close()
    with live(lab_server, new_context, CHAPTER) as chapter:
        yield chapter


def process_of(kernel: str) -> psutil.Process:
    """Find a kernel's process: its connection file has the kernel's id in its name."""
    [found] = [p for p in psutil.process_iter(["cmdline"]) if kernel in " ".join(p.info["cmdline"] or [])]
    return found


def test_a_killed_kernel_is_told_and_replaced(chapter: LivePage, lab_server: Lab) -> None:
    cell = chapter.cell(SET_UP)
    chapter.edit(cell, "kept = 1")
    chapter.run(cell)
    [kernel] = lab_server.kernels()
    process_of(kernel).send_signal(signal.SIGKILL)
    expect(chapter.status).to_have_text(KILLED)
    expect(cell.locator(".live-state")).to_have_text("Ran in a kernel that is gone.")
    chapter.edit(cell, "print('kept' in globals())")
    expect(chapter.run(cell)).to_have_text("False", use_inner_text=True)


def test_a_kernel_that_ends_while_a_cell_runs_cuts_it_off(chapter: LivePage, lab_server: Lab) -> None:
    cell = chapter.cell(SET_UP)
    chapter.edit(cell, "import time\nprint('begun', flush=True)\ntime.sleep(600)")
    cell.get_by_role("button", name="Run cell 1").click()
    expect(chapter.output(cell)).to_have_text("begun", use_inner_text=True)
    [kernel] = lab_server.kernels()
    process_of(kernel).send_signal(signal.SIGKILL)
    expect(chapter.status).to_have_text(KILLED)
    expect(cell.locator(".live-state")).to_have_text("Cut off: its kernel is gone.")
    chapter.edit(cell, "6 * 7")
    expect(chapter.run(cell)).to_have_text("42", use_inner_text=True)


def test_a_kernel_that_was_shut_down_elsewhere_is_started_again_by_restart(chapter: LivePage, lab_server: Lab) -> None:
    lab_server.end_kernels()
    expect(chapter.status).to_contain_text("The kernel has ended.")
    chapter.run(chapter.cell(SET_UP), "Not run: there is no kernel.")
    expect(chapter.status).to_contain_text("Restart starts one")
    chapter.press("Restart")
    expect(chapter.status).to_have_text("Ready: the kernel has run nothing yet.")
    chapter.edit(chapter.cell(SET_UP), "6 * 7")
    expect(chapter.run(chapter.cell(SET_UP))).to_have_text("42", use_inner_text=True)


def test_a_cell_is_interrupted_and_the_kernel_lives_on(chapter: LivePage) -> None:
    cell = chapter.cell(SET_UP)
    chapter.edit(cell, "kept = 1\nprint('begun', flush=True)\nwhile True: pass")
    run = cell.get_by_role("button", name="Run cell 1")
    run.click()
    expect(chapter.output(cell)).to_have_text("begun", use_inner_text=True)
    expect(chapter.status).to_have_text(re.compile(r"^Running cell 1 of \d+\.$"))
    run.click()  # once more: it runs already
    chapter.press("Interrupt")
    expect(cell.locator(".live-state")).to_have_text("Interrupted.")
    expect(chapter.status).to_have_text("Cell 1 was interrupted.")
    expect(chapter.output(cell)).to_contain_text("KeyboardInterrupt")
    chapter.edit(cell, "kept")
    expect(chapter.run(cell)).to_have_text("1", use_inner_text=True)


def test_run_pressed_twice_runs_once(chapter: LivePage, tmp_path: Path) -> None:
    cell, go_on = chapter.cell(SET_UP), tmp_path / "go on"
    chapter.edit(
        cell,
        "import pathlib, time\nruns = globals().get('runs', 0) + 1\n"
        f"while not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.1)\nruns",
    )
    cell.get_by_role("button", name="Run cell 1").dblclick()
    go_on.touch()
    expect(cell.locator(".live-state")).to_have_text("Done.")
    expect(chapter.run(cell)).to_have_text("2", use_inner_text=True)


def test_a_failed_cell_stops_those_that_follow(chapter: LivePage) -> None:
    chapter.edit(chapter.cell(SET_UP), "1 / 0")
    chapter.press("Run all cells")
    expect(chapter.status).to_have_text("Cell 1 failed: its error stands beneath it.")
    expect(chapter.output(chapter.cell(SET_UP))).to_contain_text("ZeroDivisionError")
    expect(chapter.page.locator(".live-state", has_text=FRESH).first).to_be_visible()
    expect(chapter.page.locator(".live-state").nth(1)).to_have_text(FRESH)


def test_an_error_comes_with_its_explanation(chapter: LivePage, axe: Axe) -> None:
    cell = chapter.cell(SET_UP)
    chapter.run(cell)
    chapter.edit(cell, "client.images.get('no-such-image:1.0')")
    output = chapter.run(cell, "Failed.")
    expect(output).to_contain_text("ImageNotFound")
    expect(output).to_contain_text("Explained: The engine has no such image")
    look_at(cell, "live-error", axe)


def test_it_works_in_the_folder_of_the_students_own_copy(chapter: LivePage, lab_server: Lab) -> None:
    cell = chapter.cell(SET_UP)
    chapter.edit(cell, "import os\nprint(os.getcwd())")
    expect(chapter.run(cell)).to_have_text(str(lab_server.work / "notebooks"), use_inner_text=True)


def test_a_cell_may_ask_its_reader(chapter: LivePage) -> None:
    cell = chapter.cell(SET_UP)
    chapter.edit(cell, "print(input('Your name? ')[::-1])")
    cell.get_by_role("button", name="Run cell 1").click()
    field = chapter.output(cell).locator("input")
    expect(field).to_be_focused()
    field.fill("anna b")
    field.press("Enter")
    expect(chapter.output(cell)).to_contain_text("b anna")


def test_an_engine_that_is_down_is_told_by_the_cell_and_the_page_stays(chapter: LivePage) -> None:
    stored = chapter.page.locator("div.cell").nth(1).locator(".cell_output")
    chapter.edit(
        chapter.cell(SET_UP), "%env DOCKER_HOST=tcp://127.0.0.1:1\nimport docker\nfrom workbench import Lesson"
    )
    chapter.run(chapter.cell(SET_UP))
    chapter.edit(chapter.cell(SET_UP), "Lesson(docker.DockerClient('tcp://127.0.0.1:1', version='1.41'))")
    output = chapter.run(chapter.cell(SET_UP), "Failed.")
    expect(output).to_contain_text("use this machine's own: unset DOCKER_HOST")
    expect(stored).to_be_visible()
    chapter.press("Restart")  # which forgets the address
    expect(chapter.status).to_have_text("Ready: the kernel has run nothing yet.")


def test_two_tabs_have_a_kernel_each(new_chapter: LivePage, lab_server: Lab, new_context: NewContext) -> None:
    new_chapter.begin()
    new_chapter.run(new_chapter.cell(SET_UP))
    first = new_chapter.run(new_chapter.cell(START))
    with live(lab_server, new_context, CHAPTER) as other:
        other.begin()
        assert len(set(lab_server.kernels())) == 2
        other.run(other.cell(SET_UP))
        second = other.run(other.cell(START))
        ports = {re.findall(r"Using host port (\d+)", output.inner_text())[0] for output in (first, second)}
        assert len(ports) == 2
        names = []
        for page in (new_chapter, other):
            page.edit(page.cell(SET_UP), "lesson.repository")
            names.append(page.run(page.cell(SET_UP)).inner_text())
        assert len(set(names)) == 2


def test_a_page_that_is_left_takes_its_kernel_along(new_chapter: LivePage, lab_server: Lab) -> None:
    new_chapter.begin()
    page = new_chapter.page
    assert len(lab_server.kernels()) == 1
    page.get_by_role("link", name="06 · Share it").first.click()
    expect(page.get_by_role("button", name="Run this page")).to_be_visible()
    # Playwright passes on what the page asks for only while it is called.
    wait_until(lambda: page.wait_for_timeout(100) or not lab_server.kernels(), "the kernel is still there")  # type: ignore[func-returns-value]


def test_what_was_written_is_there_after_a_reload_until_it_is_given_back(new_chapter: LivePage) -> None:
    chapter, cell = new_chapter, new_chapter.cell(SET_UP)
    chapter.begin()
    chapter.edit(cell, "mine = 1")
    chapter.page.reload()
    chapter.begin()
    editor = cell.get_by_role("textbox")
    expect(editor).to_have_text("mine = 1")
    cell.get_by_role("button", name="Book's text").click()
    expect(editor).to_contain_text(SET_UP)
    expect(cell.get_by_role("button", name="Book's text")).to_be_hidden()
    chapter.page.reload()
    chapter.begin()
    expect(editor).to_contain_text(SET_UP)


def test_the_keyboard_is_enough(new_chapter: LivePage) -> None:
    chapter = new_chapter
    keyboard, cell = chapter.page.keyboard, chapter.cell(SET_UP)
    chapter.bar.get_by_role("button", name="Run this page").focus()
    keyboard.press("Enter")
    expect(chapter.bar.get_by_role("button", name="Run all cells")).to_be_focused()
    editor = cell.get_by_role("textbox", name="Cell 1, code")
    for _ in range(10):
        keyboard.press("Tab")
        if editor.evaluate("(element) => element === document.activeElement"):
            break
    expect(editor).to_be_focused()
    keyboard.press("Control+A")
    keyboard.type("6 * 7")
    keyboard.press("Tab")
    expect(cell.get_by_role("button", name="Run cell 1")).to_be_focused()
    keyboard.press("Enter")
    expect(chapter.output(cell)).to_have_text("42", use_inner_text=True)
    keyboard.press("Shift+Tab")
    keyboard.press("Control+A")
    keyboard.type("6 * 8")
    keyboard.press("Shift+Enter")
    expect(chapter.output(cell)).to_have_text("48", use_inner_text=True)
    expect(chapter.page.get_by_role("textbox", name="Cell 2, code")).to_be_focused()
