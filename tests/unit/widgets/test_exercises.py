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


def test_it_counts_those_of_the_page_and_of_the_others() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=True)
    assert text_of(view).startswith("Exercises on this page: 0 of 2 done which-system: not yet two-states: not yet ")
    view.done = DONE
    assert text_of(view) == (
        "Exercises on this page: 1 of 2 done which-system: not yet two-states: done on 2026-11-24 "
        "Exercises on the other pages: 0 of 1 done "
        "Exercises on the other pages Page Exercises 02 work inside kept-by-hand: not yet"
    )


def test_the_page_itself_is_seen_at_once_and_the_others_are_folded_away() -> None:
    seen, folded = ExercisesView("02_work_inside", PAGES, kept=False).snapshot.split("<details>")
    assert "kept-by-hand" in seen
    assert "kept-by-hand" not in folded
    assert "two-states" not in seen
    assert "two-states" in folded


def test_a_note_comes_first_and_is_text() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=True, note="This page uses <b>ada/degrees_api-2</b>.")
    assert text_of(view).startswith("This page uses <b>ada/degrees_api-2</b>. Exercises on this page: 0 of 2 ")


def test_where_nothing_is_kept_it_tells_of_nobodys_progress() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=False)
    before = view.snapshot
    view.done = DONE
    assert view.snapshot == before
    assert text_of(view) == (
        "Exercises on this page: 2 which-system two-states Exercises on the other pages: 1 "
        "In your own copy of the pages, which ./tutorial start opens, you see here which exercises you have done. "
        "Exercises on the other pages Page Exercises 02 work inside kept-by-hand"
    )


def test_a_file_that_cannot_be_read_is_told_of_where_it_is_seen_at_once() -> None:
    view = ExercisesView("01_set_up", PAGES, kept=True)
    view.problem = "It is <broken>."
    assert view.snapshot.startswith(
        "<p><strong>Warning:</strong> It is &lt;broken&gt;.</p><p>Exercises on this page: 2<"
    )
    assert "not yet" not in view.snapshot, "that isn't known"
    view.problem = ""
    assert view.snapshot.startswith("<p>Exercises on this page: 0 of 2 done<")


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
