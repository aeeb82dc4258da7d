"""The README's picture: taken anew by each run, and out of date as soon as the page says something else."""

from __future__ import annotations

import re

import pytest

from workbench.settings import PATHS

from .accessibility import SHOTS
from .network import NewContext, only

pytestmark = pytest.mark.browser

PAGE, SECTION = "notebooks/05_run_and_test.html", "#publish-a-port"
PICTURE = PATHS.root / "book/images/book.png"
# What was written for the section that it shows. Pixels differ between machines, outputs between recordings.
WORDS = PICTURE.with_suffix(".txt")
REFRESH = f"cp {SHOTS.relative_to(PATHS.root)}/book.* {PICTURE.parent.relative_to(PATHS.root)}/"


def test_the_picture_shows_what_the_page_says(new_context: NewContext, site: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with only(site, new_context, viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{site}/{PAGE}", wait_until="networkidle")
        # Not by the address: the theme marks the heading that an address names.
        page.locator(f"{SECTION} h2").evaluate("heading => scrollTo(0, heading.offsetTop - 64)")
        page.screenshot(path=SHOTS / PICTURE.name, animations="disabled")
        written = page.locator(f"{SECTION} > :is(h2, p), {SECTION} .cell_input pre").all_inner_texts()
    words = "".join(re.sub(r"\s+", " ", text).strip() + "\n" for text in written)
    (SHOTS / WORDS.name).write_text(words)
    assert PICTURE.is_file()
    assert WORDS.read_text() == words, f"The page has changed: {REFRESH}"
