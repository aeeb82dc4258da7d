"""Addresses of sections that people have linked to: each still leads to its section, whatever that is called now."""

from __future__ import annotations

import re

import pytest
from docutils.nodes import make_id

from workbench.settings import PATHS

from .pages import read

# The sections that a page has had since it was first published, beside those that each page has.
ADDRESSES = {
    "01_set_up": [
        "the-scenario",
        "is-anybody-there",
        "is-this-machine-ready",
        "a-folder-for-the-work",
        "pull-the-base-image",
        "what-the-name-says",
        "a-first-container",
        "it-lives-as-long-as-its-command",
        "your-turn-which-linux-is-in-there",
    ],
    "02_work_inside": [
        "four-questions",
        "start-the-base-image",
        "look-around",
        "install-flask",
        "what-went-wrong",
        "what-a-container-forgets",
        "your-turn-keep-it-by-hand",
    ],
    "03_break_dockerfile": [
        "break-1-a-line-for-each-package",
        "break-2-a-list-of-one-word",
        "break-3-a-shell-in-between",
    ],
    "03_write_dockerfile": [
        "from-notes-to-a-recipe",
        "from-where-to-start",
        "run-change-something-while-building",
        "your-turn-leave-nothing-behind",
        "copy-bring-the-program-in",
        "cmd-what-to-do-when-started",
        "put-together",
        "the-same-in-an-editor",
        "take-one-line-away",
        "a-list-or-a-line",
        "what-stays-at-home",
        "where-to-keep-it",
    ],
    "04_break_build": [
        "break-1-a-file-that-never-travelled",
        "break-2-a-step-too-early",
        "break-3-a-build-without-an-error",
    ],
    "04_build_image": [
        "the-name",
        "the-dot",
        "your-turn-let-one-more-travel",
        "build",
        "look-at-it",
        "two-names-one-image",
        "build-it-again",
        "change-the-program",
    ],
    "05_break_run": ["break-1-no-door", "break-2-a-door-that-leads-to-nobody", "break-3-one-error-after-another"],
    "05_run_and_test": [
        "a-program-behind-a-wall",
        "a-door-in-the-wall",
        "ask-for-less",
        "your-turn-two-years-no-more",
        "whose-python-answers",
        "read-the-log",
        "on-which-side",
        "stop-it",
        "when-the-door-is-taken",
    ],
    "06_break_push": [
        "break-1-pushed-and-not-there",
        "break-2-a-name-that-leads-astray",
        "break-3-a-tag-that-isn-t-there",
    ],
    "06_share": [
        "where-images-live",
        "give-it-a-name-that-says-where-it-goes",
        "push-as-a-stranger",
        "log-in",
        "push",
        "the-name-that-cannot-move",
        "forget-it-and-fetch-it",
        "your-turn-ask-for-what-cannot-move",
        "run-what-you-pulled",
        "the-dockerfile-travels-with-the-code",
    ],
}
HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
TARGET = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_old_address_leads_to_its_section(name: str) -> None:
    prose = read(PATHS.notebooks / f"{name}.ipynb").prose
    there = {*map(make_id, HEADING.findall(prose)), *TARGET.findall(prose)}
    assert set(ADDRESSES[name]) - there == set()


def test_a_target_is_on_one_page_only() -> None:
    targets = [target for path in PATHS.notebooks.glob("*.ipynb") for target in TARGET.findall(read(path).prose)]
    assert sorted(targets) == sorted(set(targets))
