"""Chapter 03 in the lab: the editor reads along, saves and builds."""

from __future__ import annotations

import docker
import pytest
from playwright.sync_api import expect

from workbench.engine.labels import lesson_labels
from workbench.settings import APP_TAG

from .accessibility import Axe, look_at
from .labs import Lab, opened
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]


def test_the_editor_finds_slips_and_builds(
    lab_server: Lab, new_context: NewContext, client: docker.DockerClient, axe: Axe
) -> None:
    with opened(lab_server, new_context, "03_write_dockerfile") as notebook:
        editor = notebook.run_to("edit_dockerfile(")
        text, status = editor.get_by_label("Dockerfile"), editor.get_by_role("status").first
        expect(status).to_contain_text("hadolint finds 1 thing, on line 3.")
        look_at(notebook.view(editor), "03-editor", axe)
        before = text.input_value()
        text.press("Control+Home")
        notebook.page.keyboard.type("FRUM scratch\n")
        expect(status).to_contain_text("Not saved.")
        expect(editor.get_by_role("table", name="What to fix, or to think about")).to_contain_text("FRUM")
        text.fill(before + "ENV LOOKED_AT=twice\n")
        expect(editor.get_by_role("table", name="What each instruction will do")).to_contain_text("LOOKED_AT")
        editor.get_by_role("button", name="Build").click()
        image = f"{lab_server.repository}:{APP_TAG}"
        expect(status).to_contain_text(f"Built {image}.", timeout=60_000)
        look_at(notebook.view(editor), "03-editor-built", axe)
        built = client.images.get(image)
        assert built.labels.items() >= lesson_labels(lab_server.repository).items()
        assert "LOOKED_AT=twice" in built.attrs["Config"]["Env"]
        notebook.run_rest()
