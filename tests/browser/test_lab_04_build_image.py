"""Chapter 04 in the lab: the build context, a build, and the layers of what it made."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from workbench.settings import APP_TAG

from .accessibility import Axe, look_at
from .labs import Lab, opened
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]


def test_context_build_and_layers_are_shown(lab_server: Lab, new_context: NewContext, axe: Axe) -> None:
    with opened(lab_server, new_context, "04_build_image") as notebook:
        build = notebook.run_to("watch(events")
        expect(build.get_by_role("status")).to_have_text(re.compile(r"^build: 6 steps, 0 from the cache, [\d.]+ s$"))
        look_at(notebook.view(build), "04-build", axe)

        context = notebook.run_to("show_context(lesson.folder)")
        expect(context.get_by_role("table", name="What is not sent")).to_contain_text(".env")
        expect(context.get_by_role("listitem").filter(has_text="degrees_api.py")).to_be_visible()
        look_at(notebook.view(context), "04-context", axe)

        without = notebook.run_to("show_context(lesson.folder, rules=[])")
        expect(without.get_by_role("listitem").filter(has_text=".env").first).to_be_visible()
        look_at(notebook.view(without), "04-context-without-rules", axe)

        layers = notebook.run_to("show_layers(client, lesson.image)")
        table = layers.get_by_role("table", name=f"{lab_server.repository}:{APP_TAG}")
        expect(table.get_by_role("row").filter(has_text="COPY")).to_contain_text("one")
        look_at(notebook.view(layers), "04-layers", axe)

        two = notebook.run_to(":before")
        expect(two.get_by_role("row").filter(has_text="COPY")).to_contain_text(["in this image only"] * 2)
        expect(two.get_by_role("row").filter(has_text="RUN")).to_contain_text(["in both images"] * 2)
        look_at(notebook.view(two), "04-layers-of-two", axe)
        notebook.run_rest()
