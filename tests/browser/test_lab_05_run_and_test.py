"""Chapter 05 in the lab: a container by buttons, and questions to it by controls."""

from __future__ import annotations

import re
import socket

import docker
import pytest
from playwright.sync_api import Locator, expect

from workbench.engine.labels import label_filter
from workbench.settings import LESSON, LOOPBACK

from .accessibility import Axe, look_at
from .labs import Lab, opened
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        return int(free.getsockname()[1])


def press(panel: Locator, button: str, state: str) -> None:
    """Press a button of a run panel, and wait for the state that it leads to."""
    panel.get_by_role("button", name=button, exact=True).click()
    expect(panel.get_by_role("status")).to_contain_text(f": {state}")


def wait_for_starts(panel: Locator, times: int) -> None:
    """Wait until the live log says so many times that the app listens."""
    says = re.compile("Press CTRL.*" * times, re.DOTALL)
    expect(panel.get_by_role("region")).to_contain_text(says)


def door(panel: Locator) -> int:
    """Read the host port off the picture."""
    label = panel.get_by_role("img").get_attribute("aria-label") or ""
    [port] = re.findall(r"^From this machine to the container: 127\.0\.0\.1:(\d+) leads to 5000/tcp\.$", label)
    return int(port)


def test_a_container_is_started_stopped_and_asked(
    lab_server: Lab, new_context: NewContext, client: docker.DockerClient, axe: Axe
) -> None:
    with opened(lab_server, new_context, "05_run_and_test") as notebook:
        panel = notebook.run_to("run_panel(client, lesson, api)")
        assert door(panel) > 0
        look_at(notebook.view(panel), "05-run", axe)
        press(panel, "Stop", "exited")
        press(panel, "Start", "running")
        wait_for_starts(panel, 2)
        press(panel, "Restart", "running")
        wait_for_starts(panel, 3)

        controls = notebook.run_to("RequestView(port)")
        answer, limit = controls.get_by_role("status"), controls.get_by_label("limit", exact=True)
        expect(answer).to_contain_text("200 OK, 2 records")
        look_at(notebook.view(controls), "05-request", axe)
        limit.press("ArrowRight")
        expect(answer).to_contain_text("200 OK, 3 records")
        expect(controls.get_by_label("The same request as a command")).to_have_value(
            re.compile(r"^curl .*/degrees\?start=1990&limit=3'$")
        )
        press(panel, "Stop", "exited")
        controls.get_by_role("button", name="Ask again").click()
        expect(answer).to_contain_text("Connection refused")
        press(panel, "Start", "running")
        wait_for_starts(panel, 4)
        controls.get_by_role("button", name="Ask again").click()
        expect(answer).to_contain_text("200 OK, 3 records")

        other = notebook.run_to("run_panel(client, lesson, image")
        expect(other.get_by_role("status")).to_contain_text("is taken by")
        look_at(notebook.view(other), "05-run-taken", axe)
        free = free_port()
        other.get_by_label("Host port").fill(str(free))
        notebook.page.keyboard.press("Tab")
        press(other, "Start", "running")
        ours = label_filter(LESSON, lab_server.repository)
        [made] = client.containers.list(filters={**ours, "publish": str(free)}, ignore_removed=True)
        assert made.ports["5000/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": str(free)}]
        assert door(other) == free
        press(other, "Stop", "exited")
        notebook.run_rest()
