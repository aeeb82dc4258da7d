"""The pages that break things, in the lab: what fails on purpose is explained in its place, and the page goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .labs import Lab, opened
from .network import NewContext

pytestmark = [pytest.mark.docker, pytest.mark.browser]

# On each page the first cell that raises, by a part of it that no other has before, and how its explanation begins.
FIRST = [
    ("03_break_dockerfile", 'tag=f"{lesson.repository}:lines"', "A line of the Dockerfile should have"),
    ("04_break_build", ':from-file"', "pip finds no requirements file in the image"),
    ("05_break_run", 'requests.get(f"http://127.0.0.1:{port}/degrees")', "The port is not published"),
]


@pytest.mark.parametrize(("name", "source", "explained"), FIRST, ids=[name for name, _, _ in FIRST])
def test_what_fails_on_purpose_is_explained_in_its_place(
    name: str, source: str, explained: str, lab_server: Lab, new_context: NewContext
) -> None:
    with opened(lab_server, new_context, name) as notebook:
        failed = notebook.run_to(source)
        expect(failed).to_contain_text("Traceback (most recent call last)")
        expect(failed).to_contain_text(f"Explained: {explained}")
        notebook.run_rest()


def test_what_a_page_catches_is_explained_where_it_asks(lab_server: Lab, new_context: NewContext) -> None:
    with opened(lab_server, new_context, "06_break_push") as notebook:
        asked = notebook.run_to("print(explain(failed))")
        expect(asked).to_contain_text("Explained: The repository has no such tag")
        notebook.run_rest()
