"""How a page talks: its sentences, words that mark a slip, its length, and how soon there is something to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import mean
from typing import Any

from .pages import Page, tags

LONGEST = 28  # words in a sentence
AVERAGE = 16  # words in the sentences of a page
CHAPTER = range(1200, 2001)  # words on a page; what the issue tracker and `wc -w` count, so marks count too
BREAKS = range(700, 1101)
FIRST_ACTION = 300  # words before the first cell that isn't the same on each page
FIRST_CONTAINER = 400  # words before chapter 01 starts its first container
# What a page takes: reading slowly, since half of it is commands; running a cell and looking; thinking.
WORDS_A_MINUTE, SECONDS_A_CELL, MINUTES_AN_EXERCISE = 150, 20, 3
WIDEST = 76  # columns of a cell; the book cuts off what is wider

# What a classmate wouldn't say, and what they would say instead.
SLIPS = {
    re.compile(r"\bmend(?:s|ed|ing)?\b", re.IGNORECASE): "fix, repair",
    re.compile(r"\banew\b", re.IGNORECASE): "again",
    re.compile(r"\bwhoever\b", re.IGNORECASE): "you, or anyone who",
    re.compile(r"(?:^|(?<=[.!?:] ))Who\b(?![^.!?]*\?)", re.MULTILINE): "begin with you, Docker or a named thing",
    re.compile(r"\b(?:stands|stood)\b(?! for\b| alone\b)", re.IGNORECASE): "is, says",
    re.compile(r"\blies\b", re.IGNORECASE): "is",
    re.compile(r"\bcarr(?:y|ies|ied|ying) out\b", re.IGNORECASE): "run, follow, do",
    re.compile(r"\bof (?:its|their) own\b", re.IGNORECASE): "its own",
    re.compile(r"\bby which\b", re.IGNORECASE): "that, with",
    re.compile(r"\bwhat (?:became|becomes|has become) of\b", re.IGNORECASE): "what happened to",
    re.compile(r"\bat home\b", re.IGNORECASE): "on your machine, left out",
    re.compile(r"\b(?:is|are|was|were) content\b", re.IGNORECASE): "is happy, accepts",
    re.compile(r"\bthe like\b", re.IGNORECASE): "the same, such things",
    re.compile(r"(?<!there )\bis no (?!longer\b|more\b)", re.IGNORECASE): "is not a",
    re.compile(
        r"\b(?:colour|behaviour|favour|neighbour)|\b(?:recogni|organi|practi)s(?:e|ed|es|ing)\b"
        r"|\b(?:labelled|cancelled|licence|towards|whilst|grey|misspelt)\b",
        re.IGNORECASE,
    ): "the American spelling",
}
# Words that are fine, and too many of them are not: a pattern, and how often a page may use it.
SPARINGLY = {
    re.compile(r"\b(?:nobody|somebody)\b", re.IGNORECASE): 2,
    re.compile(r"\b(?:doors?|walls?)\b", re.IGNORECASE): 3,
}

FENCE = re.compile(r"^[ \t]*(`{3,})[^`\n]*\n.*?^[ \t]*\1[ \t]*$", re.MULTILINE | re.DOTALL)
# A directive, its options, a target, a comment: none of it is prose.
MARKUP = re.compile(r"^[ \t]*(?::{3,}.*|:[\w-]+:.*|\([\w-]+\)=|%.*|---)[ \t]*$|<[^<>]+>", re.MULTILINE)
ROLE = re.compile(r"\{[\w:-]+\}`([^`<]+?)(?:\s*<[^>]*>)?`")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
CODE = re.compile(r"(`+)(?!`).+?\1")
FOLDED = re.compile(r"^:::\{dropdown\}.*?^:::$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
BLOCK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d+\.|:) )")
BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d+\.|:)[ \t]+")
END = re.compile(r"(?<=[.!?])[\"'”)*_]*\s+(?=[\"'“(*_]*[A-Z0-9])")
WORD = re.compile(r"\S*\w\S*")


def plain(markdown: str) -> str:
    """Take the code and the markup out of Markdown; inline code becomes one word."""
    text = MARKUP.sub("", ROLE.sub(r"\1", FENCE.sub("", markdown)))
    text = LINK.sub(r"\1", text)
    return CODE.sub("Code", text).replace("**", "")


def sentences(markdown: str) -> list[str]:
    """Split running text into its sentences, without headings and tables."""
    text = ROW.sub("", HEADING.sub("\n", plain(markdown)))
    blocks = (" ".join(BULLET.sub("", block).split()) for block in BLOCK.split(text))
    return [sentence for block in blocks for sentence in END.split(block) if WORD.search(sentence)]


def in_tables(markdown: str) -> list[str]:
    """Split what tables say into its sentences."""
    cells = (cell.strip() for row in ROW.findall(plain(markdown)) for cell in row.strip().strip("|").split("|"))
    return [sentence for cell in cells for sentence in END.split(cell) if WORD.search(sentence)]


def length(sentence: str) -> int:
    """Count the words of a sentence."""
    return len(WORD.findall(sentence))


def too_long(markdown: str) -> Iterator[str]:
    """Yield the sentences of a page that are too long, and a word on the average where that is."""
    found = sentences(markdown)
    yield from (one for one in [*found, *in_tables(markdown)] if length(one) > LONGEST)
    if found and (average := mean(map(length, found))) > AVERAGE:
        yield f"its sentences have {average:.1f} words on average, and {AVERAGE} are the most"


def slips(markdown: str) -> Iterator[str]:
    """Yield the words that mark a slip, each with what to say instead."""
    text = plain(markdown)
    for pattern, instead in SLIPS.items():
        for found in pattern.finditer(text):
            yield f"...{' '.join(text[max(0, found.start() - 40) : found.end() + 20].split())}... Say: {instead}"
    for pattern, most in SPARINGLY.items():
        if len(used := pattern.findall(text)) > most:
            yield f"{', '.join(used)}: more than {most} on one page"


def words(markdown: str) -> int:
    """Count the words of a page as ``wc -w`` does."""
    return len(markdown.split())


def words_before(page: Page, cell: Any) -> int:
    """Count the words before a cell."""
    before = page.notebook.cells[: page.notebook.cells.index(cell)]
    return sum(words(one.source) for one in before if one.cell_type == "markdown")


def first_action(page: Page) -> Any:
    """Find the first cell after those that each page has."""
    start = next(n for n, cell in enumerate(page.code_cells) if cell.source.startswith("lesson.exercises("))
    return page.code_cells[start + 1]


def first_container(page: Page) -> Any:
    """Find the first cell that runs a container."""
    return next(cell for cell in page.code_cells if "containers.run(" in cell.source)


def too_wide(page: Page) -> Iterator[str]:
    """Yield the lines of cells, and of solutions to put there, that the book cuts off."""
    for cell in page.code_cells:
        yield from (f"cell {cell.id}: {line}" for line in cell.source.splitlines() if len(line) > WIDEST)


def minutes(page: Page) -> int:
    """Work out how long a page takes, to five minutes; instructors read the same formula.

    What is folded away doesn't count: hints and solutions belong to the minutes of their exercise.
    """
    exercises = sum("exercise" in tags(cell) for cell in page.code_cells)
    estimate = (
        words(FOLDED.sub("", page.prose)) / WORDS_A_MINUTE
        + len(page.code_cells) * SECONDS_A_CELL / 60
        + exercises * MINUTES_AN_EXERCISE
    )
    return 5 * round(estimate / 5)
