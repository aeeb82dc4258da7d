"""Which words lead to the glossary, in a small book that is really built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit import small_books

PAGE = """\
# A *layer* in a title

A **layer**, another **layer**, two *repositories*, an **Image**.
No term: **important**, `layer`, [*image*](glossary.md).
"""
GLOSSARY = """\
# Words

:::{glossary}
image
  Made of *layers*.

layer
  Part of an image.

repository
  Keeps images.
:::
"""
LINK = re.compile(r'href="glossary\.html#([\w-]+)"[^>]*><(strong|em)>(\w+)<')


@pytest.fixture(name="root", scope="module")
def fixture_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("book")
    small_books.start(root, "book/page", "book/glossary")
    (root / "book/page.md").write_text(PAGE)
    (root / "book/glossary.md").write_text(GLOSSARY)
    return root


def links(root: Path, page: str) -> list[tuple[str, str, str]]:
    return LINK.findall((small_books.build(root) / page).read_text())


def test_the_first_mention_of_each_term_leads_to_the_glossary(root: Path) -> None:
    assert links(root, "book/page.html") == [
        ("term-layer", "strong", "layer"),
        ("term-repository", "em", "repositories"),
        ("term-image", "strong", "Image"),
    ]


def test_the_glossary_does_not_lead_to_itself(root: Path) -> None:
    assert links(root, "book/glossary.html") == []


def test_a_new_term_is_linked_on_pages_that_have_not_changed(root: Path) -> None:
    links(root, "book/page.html")
    (root / "book/glossary.md").write_text(GLOSSARY.replace("image\n  Made", "important\n  Not this.\n\nimage\n  Made"))
    assert ("term-important", "strong", "important") in links(root, "book/page.html")
