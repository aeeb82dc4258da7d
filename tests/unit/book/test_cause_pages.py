"""The page on failures and the program say the same."""

from __future__ import annotations

import html
import re

import pytest

from workbench.book import build as book
from workbench.book.sphinx_ext.cause_pages import write
from workbench.explain import PAGE
from workbench.explain.cause import Cause, fill
from workbench.explain.causes import CAUSES, STAGES
from workbench.settings import PATHS

TYPED = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2026": "..."})
STAGE_ANCHORS = {"machine": "the-machine", "building": "building", "running": "running", "sharing": "sharing"}


@pytest.fixture(name="sections", scope="module")
def fixture_sections() -> dict[str, str]:
    """Build the book, and give each section of its page on failures as text, by its anchor."""
    book.build(PATHS)
    page = (book.pages(PATHS) / "book" / PAGE).read_text()
    starts = [*re.finditer(r'<(?:section|span)[^>]* id="([^"]+)"', page)]
    ends = [*(start.start() for start in starts[1:]), len(page)]
    # An anchor of our own stands just before its section or in it, with the section's made-up one beside it.
    return {start[1]: page[start.start() : end + 8000] for start, end in zip(starts, ends)}


def words(page: str) -> str:
    """Give the text without what the typesetter makes of quotes and dots."""
    text = html.unescape(re.sub(r"<[^>]+>", "", page)).translate(TYPED)
    return " ".join(text.split())


def plain(markdown: str) -> str:
    return " ".join(re.sub(r"`|\*(\w+)\*", r"\1", fill(markdown, {})).split())


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_each_cause_is_on_the_page_at_its_anchor(sections: dict[str, str], cause: Cause) -> None:
    shown = words(sections[cause.key])
    title, fix = shown.find(plain(cause.title)), shown.find(plain(cause.fix))
    assert 0 <= title < fix
    for text in (cause.example, cause.probe):
        assert title < shown.find(plain(text)) < fix
    assert title < shown.find(plain(cause.cause)) < fix


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_has_its_place_on_the_page(sections: dict[str, str], stage: str) -> None:
    assert STAGE_ANCHORS[stage] in sections
    assert f"% causes: {stage}\n" in (PATHS.root / "book/troubleshooting.md").read_text()


def test_nothing_of_the_page_is_left_to_be_filled_in(sections: dict[str, str]) -> None:
    for section in sections.values():
        assert "% causes" not in section
    for stage in STAGES:
        assert not re.search(r"<[a-z_]+>", write(stage))
