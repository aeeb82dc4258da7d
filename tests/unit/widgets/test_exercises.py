"""The exercises and how far somebody has come, as a page shows them."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from workbench.widgets.exercises import ExercisesView

PAGES = {"01_set_up": ["which-system", "two-states"], "02_work_inside": ["kept-by-hand"]}
DONE = {"two-states": "2026-11-24T09:30:00+00:00", "of-a-later-version": "2026-11-24T09:30:00+00:00"}


def text_of(view: ExercisesView) -> str:
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", view.snapshot)).split())


def test_it_counts_those_of_the_page_and_all() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=True)
    assert text_of(view).startswith("Exercises: 0 of 2 done on this page, 0 of 3 done in all ")
    view.done = DONE
    assert text_of(view).startswith("Exercises: 1 of 2 done on this page, 1 of 3 done in all ")
    assert text_of(view).endswith(
        "Page Exercises 01 set up (this page) which-system: not yet two-states: done on 2026-11-24 "
        "02 work inside kept-by-hand: not yet"
    )


def test_a_note_comes_first_and_is_text() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=True, note="This page uses <b>ada/degrees_api-2</b>.")
    assert text_of(view).startswith("This page uses <b>ada/degrees_api-2</b>. Exercises: 0 of 2 ")


def test_where_nothing_is_kept_it_tells_of_nobodys_progress() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=False)
    before = view.snapshot
    view.done = DONE
    assert view.snapshot == before
    assert text_of(view) == (
        "Exercises: 2 on this page, 3 in all "
        "Work in a copy of your own, as ./tutorial start opens it, and this table says which of them you have done. "
        "Exercises of the journey Page Exercises 01 set up (this page) which-system two-states "
        "02 work inside kept-by-hand"
    )


def test_a_file_that_cannot_be_read_is_told_of_where_it_is_seen_at_once() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=True)
    view.problem = "It is <broken>."
    assert view.snapshot.startswith("<p><strong>Warning:</strong> It is &lt;broken&gt;.</p><details>")
    assert "not yet" not in view.snapshot, "that isn't known"
    view.problem = ""
    assert view.snapshot.startswith("<details>")


def test_what_lab_shows_is_what_the_page_shows_and_what_is_stored_never_changes() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=True)
    view.done = DONE
    assert [child.value for child in view.children] == [view.snapshot]
    assert repr(view) == "<exercises of 01_set_up>"


@given(st.dictionaries(st.text(), st.lists(st.text(), max_size=3), min_size=1), st.text())
def test_nothing_gets_out_of_the_markup(pages: dict[str, list[str]], problem: str) -> None:
    view = ExercisesView(next(iter(pages)), pages, kept=True)
    view.problem = problem
    view.done = {name: "<b>" for page in pages.values() for name in page}
    allowed = {"details", "summary", "table", "caption", "tr", "th", "td", "ul", "li", "p", "strong"}
    assert set(re.findall(r"<(\w+)", view.snapshot)) <= allowed
