"""Versions that pages name, held against the one place where they stand: ``workbench/settings.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.settings import BASE_TAG, FLASK, PATHS, WERKZEUG

from . import pages

FACTS = {
    re.compile(r"\bpython:(\d(?:[\w.-]*\w)?)"): BASE_TAG,
    re.compile(r"\bFlask(?:==|-| )(\d+(?:\.\d+)+)"): FLASK,
    re.compile(r"\bWerkzeug(?:==|-| )(\d+(?:\.\d+)+)"): WERKZEUG,
}


@dataclass(frozen=True)
class Deliberate:
    """A literal that deliberately says something else.

    Attributes
    ----------
    page : str
        Name of the file.
    literal : str
        Regular expression for the literal as the page has it.
    reason : str
    """

    page: str
    literal: str
    reason: str


DELIBERATE = [
    Deliberate("02_work_inside.ipynb", r"Werkzeug(?:==|-)3\.\d+\.\d+", "what pip picks today is the point of the page"),
    Deliberate("04_break_build.ipynb", r"Werkzeug==3\.\d+\.\d+", "the same, from a Dockerfile that names no version"),
    Deliberate("setup.md", r"python:3\.8\.10-yours-1", "the second name of a base image of your own"),
]


def paths() -> list[Path]:
    """List the files that name versions: pages, and what stands on pages."""
    others = [
        PATHS.root / "README.md",
        PATHS.root / "requirements.in",
        PATHS.app / "Dockerfile",
        PATHS.app / "requirements.txt",
    ]
    return [*pages.NOTEBOOKS, *sorted((PATHS.root / "book").rglob("*.md")), *(path for path in others if path.exists())]


def text_of(path: Path) -> str:
    """Read what a reader of the file sees."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    page = pages.read(path)
    return "\n".join([page.sources, *(text for _, text in pages.shown(page))])


def disagreements(text: str) -> Iterator[str]:
    """Yield the literals of a text that say something else than the settings.

    Prose may say less, as in "Flask 2.2"; what a tool reads may not.
    """
    for literal, version in FACTS.items():
        for found in literal.finditer(text):
            said = version[: len(found[1])] if " " in found[0] else version
            if found[1] != said:
                yield found[0]


def is_deliberate(name: str, literal: str) -> bool:
    """Tell whether a page is meant to say this."""
    return any(name == known.page and re.fullmatch(known.literal, literal) for known in DELIBERATE)
