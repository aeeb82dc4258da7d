"""Chapter 06 in the lab: a push, to its end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .accessibility import Axe, look_at
from .labs import Lab, opened
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]


def test_a_push_is_followed_to_its_end(lab_server: Lab, new_context: NewContext, axe: Axe) -> None:
    with opened(lab_server, new_context, "06_share") as notebook:
        push = notebook.run_to('watch(stream, "push")')
        expect(push.get_by_role("status")).to_have_text(re.compile(r"^push: \d+ layers, .*[\d.]+ s$"))
        look_at(notebook.view(push), "06-push", axe)
        notebook.run_rest()
