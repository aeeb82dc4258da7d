"""Pages that people finish: short, plain, and something to do within two minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.settings import PATHS

from . import voice
from .pages import NOTEBOOKS, Page, read

PAGES = [read(path) for path in NOTEBOOKS]
TEXTS = [*sorted((PATHS.root / "book").glob("*.md")), PATHS.root / "README.md", PATHS.root / "CONTRIBUTING.md"]
PROSE = {**{page.name: page.prose for page in PAGES}, **{path.name: path.read_text("utf-8") for path in TEXTS}}

each_notebook = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pytest.mark.parametrize("name", PROSE)
def test_sentences_are_short(name: str) -> None:
    assert list(voice.too_long(PROSE[name])) == []


@pytest.mark.parametrize("name", PROSE)
def test_it_says_what_a_classmate_would_say(name: str) -> None:
    assert list(voice.slips(PROSE[name])) == []


@each_notebook
def test_a_page_has_a_length_that_people_finish(page: Page) -> None:
    assert voice.words(page.prose) in (voice.BREAKS if page.breaks else voice.CHAPTER)


@each_notebook
def test_there_is_something_to_do_soon(page: Page) -> None:
    assert voice.words_before(page, voice.first_action(page)) <= voice.FIRST_ACTION


def test_the_first_container_starts_soon() -> None:
    assert voice.words_before(PAGES[0], voice.first_container(PAGES[0])) <= voice.FIRST_CONTAINER


@each_notebook
def test_no_cell_is_cut_off(page: Page) -> None:
    assert list(voice.too_wide(page)) == []


PLAIN = "One two three. Four five, `six seven` eight! Is it nine? It is."


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        (PLAIN, ["One two three.", "Four five, Code eight!", "Is it nine?", "It is."]),
        ("# Title\n\n- One.\n- Two\n  and more.\n\n1. Three.", ["One.", "Two and more.", "Three."]),
        ("Word\n: What it\n  means.", ["Word", "What it means."]),
        ("| a | b |\n| --- | --- |\n| One. | Two. |", []),
        ("```text\nOne.\n```\nTwo.", ["Two."]),
        (":::{note}\nOne.\n:::\n\n(a-label)=\n## Title\n\n:sync: cli\n\nTwo.", ["One.", "Two."]),
        ("See [the page](../x.md#y), {term}`image` and {term}`VM <virtual machine>`.", ["See the page, image and VM."]),
        ("**Notice.** *It* works.", ["Notice.", "*It* works."]),
        ("The file app.py is 3.8 MB. Version 3.8.10 is old.", ["The file app.py is 3.8 MB.", "Version 3.8.10 is old."]),
    ],
)
def test_sentences_are_found(markdown: str, found: list[str]) -> None:
    assert voice.sentences(markdown) == found


@pytest.mark.parametrize(
    "markdown",
    ["word " * 29 + ".", "| a |\n| --- |\n| " + "word " * 29 + ". |", "word " * 17 + ". Word " + "word " * 16],
)
def test_long_sentences_are_found(markdown: str) -> None:
    assert list(voice.too_long(markdown))


@pytest.mark.parametrize(
    "markdown", ["word " * 28 + ". One. Two.", "word " * 16 + ".", "```text\n" + "word " * 40 + "\n```"]
)
def test_sentences_that_are_short_enough_are_fine(markdown: str) -> None:
    assert list(voice.too_long(markdown)) == []


@pytest.mark.parametrize(
    "said",
    [
        "You mend it.",
        "Record it anew.",
        "Whoever pulls it.",
        "Who asks for a digest gets that content.",
        "Fine. Who pulls it gets it.",
        "It stands in the file.",
        "The file lies there.",
        "The build carries out each line.",
        "A folder of its own.",
        "The name by which you pull it.",
        "See what became of it.",
        "Names that stay at home.",
        "The build is content.",
        "A fault and the like.",
        "5000 is no port.",
        "The colour is grey.",
        "Nobody and somebody and nobody.",
        "Doors, walls, a door, the wall.",
    ],
)
def test_a_slip_is_found(said: str) -> None:
    assert list(voice.slips(said))


@pytest.mark.parametrize(
    "said",
    [
        "Who gets the signal?",
        "`Who` asks.",
        "There is no file, and there is no port.",
        "It is no longer there.",
        "JSON stands for something. The page stands alone.",
        "The content of the file.",
        "Nobody is there. A wall.",
        "A stand-in.",
        "```text\nIt stands there anew.\n```",
    ],
)
def test_what_a_classmate_would_say_is_fine(said: str) -> None:
    assert list(voice.slips(said)) == []


@pytest.mark.parametrize(("path", "most"), [(path, voice.WIDEST) for path in NOTEBOOKS[:1]])
def test_a_wide_cell_is_found(path: Path, most: int) -> None:
    page = read(path)
    page.code_cells[0].source = "x" * most
    before = len(list(voice.too_wide(page)))
    page.code_cells[0].source += "x"
    assert len(list(voice.too_wide(page))) == before + 1
