"""The minutes of the chapters: what the formula says, students and instructors read."""

from __future__ import annotations

import re

import pytest

from workbench.settings import PATHS

from . import voice
from .pages import NOTEBOOKS, read

NOTES = (PATHS.root / "book/instructor.md").read_text()
HOURS = {"two and a half": 150, "less than three": 180}
PAGES = {page.prose.splitlines()[0].removeprefix("# "): page for page in map(read, NOTEBOOKS)}


def minutes(title: str) -> int:
    [found] = re.findall(r"^\*About (\d+) minutes\.", PAGES[title].prose, re.MULTILINE)
    return int(found)


@pytest.mark.parametrize("title", PAGES)
def test_minutes_follow_from_the_formula(title: str) -> None:
    assert minutes(title) == voice.minutes(PAGES[title])


def test_instructors_read_the_formula() -> None:
    formula = (
        f"{voice.WORDS_A_MINUTE} words a minute for what isn't folded away, {voice.SECONDS_A_CELL} seconds "
        f"for each cell, and {voice.MINUTES_AN_EXERCISE} minutes for each exercise"
    )
    assert formula in NOTES


@pytest.mark.parametrize("title", PAGES)
def test_instructors_read_the_minutes_that_students_read(title: str) -> None:
    [row] = re.findall(rf"^\| {re.escape(title)} \| (\d+) \|", NOTES, re.MULTILINE)
    assert int(row) == minutes(title)


def test_the_first_page_promises_what_the_chapters_add_up_to() -> None:
    [promise] = re.findall(r"In ([\w ]+) hours you'll have", (PATHS.root / "book/index.md").read_text())
    journey = [title for title, page in PAGES.items() if "_break_" not in page.name]
    assert HOURS[promise] - 30 <= sum(map(minutes, journey)) <= HOURS[promise]
