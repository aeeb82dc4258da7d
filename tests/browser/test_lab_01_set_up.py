"""Chapter 01 in the lab: a pull, to its end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from .labs import Lab, opened
from .looks import look_at

pytestmark = [pytest.mark.docker, pytest.mark.browser]


def test_a_pull_is_followed_to_its_end(lab_server: Lab, chromium: Browser, axe: str) -> None:
    with opened(lab_server, chromium, "01_set_up") as notebook:
        pull = notebook.run_to("watch(events")
        expect(pull.get_by_role("status")).to_have_text(re.compile(r"^pull python:3\.8\.10: .*[\d.]+ s$"))
        look_at(notebook.view(pull), "01-pull", axe)
        notebook.run_rest()
