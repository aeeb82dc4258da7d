"""Chapter 05 of the book, run in the page: outputs, controls, a panel, and its end."""

from __future__ import annotations

import json
import re

import docker
import pytest
from playwright.sync_api import expect

from workbench.engine.labels import label_filter
from workbench.settings import LESSON

from .accessibility import Axe, look_at
from .labs import Lab
from .live import live
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]


def test_the_page_asks_for_five_records_and_by_its_controls_for_fewer(
    lab_server: Lab, new_context: NewContext, client: docker.DockerClient, axe: Axe
) -> None:
    with live(lab_server, new_context, "05_run_and_test") as chapter:
        page = chapter.page
        look_at(page.locator("article"), "live-05-offered", axe)
        chapter.begin()
        expect(chapter.bar.get_by_role("button", name="Run all cells")).to_be_focused()
        chapter.run_to("wait_until_up(port)")
        answer = chapter.run_to(re.compile(r"^!curl -s 127\.0\.0\.1:\{port\}/degrees\s*$"))
        assert [record["id"] for record in json.loads(answer.inner_text())] == [0, 1, 2, 3, 4]

        panel = chapter.run_to("run_panel(client, lesson, api)")
        panel.get_by_role("button", name="Stop", exact=True).click()
        expect(panel.get_by_role("status")).to_contain_text(": exited")
        panel.get_by_role("button", name="Start", exact=True).click()
        expect(panel.get_by_role("status")).to_contain_text(": running")
        twice = re.compile("Press CTRL.*" * 2, re.DOTALL)
        expect(panel.get_by_role("region")).to_contain_text(twice)  # the program is up again, too

        controls = chapter.run_to("RequestView(port)")
        said = controls.get_by_role("status")
        expect(said).to_contain_text("200 OK, 2 records")
        controls.get_by_role("slider", name="limit").press("ArrowUp")
        expect(said).to_contain_text("200 OK, 3 records")
        chapter.run_rest()
        expect(chapter.status).to_have_text(re.compile(r"^Cell \d+ is done\. It is the last one\.$"))
        look_at(page.locator("article"), "live-05", axe)
        assert chapter.complaints == []
        ours = label_filter(LESSON, lab_server.repository)
        assert client.containers.list(all=True, filters={**ours}, ignore_removed=True) == []
