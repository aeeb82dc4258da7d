"""Chapter 02 in the lab: a terminal in a container, by the keyboard, through everything that can end it."""

from __future__ import annotations

import docker
import pytest
from playwright.sync_api import Locator, expect

from workbench.engine.labels import label_filter
from workbench.settings import LESSON

from .accessibility import Axe, look_at
from .labs import Lab, opened
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]

TERMINAL = "shell = terminal(box)"


def ready(shell: Locator) -> Locator:
    """Wait for the shell's prompt; give the text on the screen."""
    screen = shell.locator(".xterm-rows")
    expect(screen).to_contain_text("# ")
    return screen


def test_python_is_used_in_the_container(lab_server: Lab, new_context: NewContext, axe: Axe) -> None:
    with opened(lab_server, new_context, "02_work_inside") as notebook:
        shell = notebook.run_to(TERMINAL)
        screen, keyboard = ready(shell), notebook.page.keyboard
        look_at(notebook.view(shell), "02-terminal", axe)
        shell.locator(".xterm-screen").click()
        keyboard.type("python\n")
        expect(screen).to_contain_text(">>> ")
        keyboard.type("6 * 7\n")
        expect(screen).to_contain_text("42")
        keyboard.press("ArrowUp")
        keyboard.type(" + 1000\n")
        expect(screen).to_contain_text("1042")
        keyboard.type("while True: pass\n\n")
        keyboard.press("Control+C")
        expect(screen).to_contain_text("KeyboardInterrupt")
        keyboard.press("Control+D")
        keyboard.type("echo $((40 + 4))\n")
        expect(screen).to_contain_text("44")
        keyboard.press("F6")
        expect(shell.get_by_role("button", name="End this terminal")).to_be_focused()
        look_at(notebook.view(shell), "02-terminal-used", axe)
        notebook.run_rest()


def test_it_says_so_when_the_kernel_or_the_container_is_gone(
    lab_server: Lab, new_context: NewContext, client: docker.DockerClient
) -> None:
    with opened(lab_server, new_context, "02_work_inside") as notebook:
        shell = notebook.run_to(TERMINAL)
        ready(shell)
        notebook.restart()
        expect(shell.get_by_role("status")).to_contain_text("The notebook's kernel was restarted")
        notebook.clear()
        shell = notebook.run_to(TERMINAL)
        screen = ready(shell)
        [box] = client.containers.list(filters={**label_filter(LESSON, lab_server.repository)}, ignore_removed=True)
        box.kill()
        expect(shell.get_by_role("status")).to_have_text("The container has stopped, with exit code 137.")
        expect(screen).to_contain_text("[The container has stopped, with exit code 137.]")
        expect(shell.get_by_role("button", name="End this terminal")).to_be_disabled()
