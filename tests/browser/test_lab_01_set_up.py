"""Chapter 01 in the lab: a pull, to its end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from workbench.doctor import PROBES

from .accessibility import Axe, look_at
from .labs import Lab, opened
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]


def test_a_pull_is_followed_to_its_end(lab_server: Lab, new_context: NewContext, axe: Axe) -> None:
    with opened(lab_server, new_context, "01_set_up") as notebook:
        pull = notebook.run_to("watch(events")
        expect(pull.get_by_role("status")).to_have_text(re.compile(r"^pull python:3\.8\.10: .*[\d.]+ s$"))
        look_at(notebook.view(pull), "01-pull", axe)
        notebook.run_rest()


def test_the_machine_is_looked_at_when_the_button_is_pressed(
    lab_server: Lab, new_context: NewContext, axe: Axe
) -> None:
    with opened(lab_server, new_context, "01_set_up") as notebook:
        view = notebook.view(notebook.run_to("show_machine()"))
        expect(view.get_by_role("row")).to_have_count(1 + len(PROBES))
        look_at(view, "01-machine-questions", axe)
        view.get_by_role("button", name="Look at this machine").press("Enter")
        expect(view.get_by_role("status")).to_have_text(re.compile(r"The journey can(?:'t)? run.* Of \d+ answers: "))
        expect(view.get_by_role("rowheader", name="engine: ok")).to_be_visible()
        look_at(view, "01-machine-findings", axe)
