"""When the book must be built again, and what is said where that fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from workbench import book
from workbench.errors import TutorialError

SOURCES = ["book/index.md", "book/deep/er/page.md", "notebooks/01_set_up.ipynb", "app/Dockerfile", "_toc.yml"]


@pytest.fixture(name="root", autouse=True)
def fixture_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with a book that was built a minute after its sources were written."""
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr(book, "BOOK", tmp_path / "state/book")
    monkeypatch.setattr(book, "STAMP", tmp_path / "state/book/complete")
    for name in SOURCES:
        write(tmp_path / name, written=0)
    write(book.STAMP, written=60)
    return tmp_path


def write(path: Path, written: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (written, written))


def sphinx(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Let a shell script play Jupyter Book."""
    program = folder / "jupyter-book"
    program.write_text(f'#!/bin/sh\necho "$*" >>{folder}/calls\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))


def is_current() -> bool:
    return book._is_current()  # noqa: SLF001


def test_a_book_younger_than_its_sources_is_current() -> None:
    assert is_current()


@pytest.mark.parametrize("source", [*SOURCES, "book/new.md", "_config.yml", "requirements.txt"])
def test_any_source_that_changed_asks_for_a_new_book(root: Path, source: str) -> None:
    write(root / source, written=61)
    assert not is_current()


def test_a_source_of_the_same_moment_asks_for_a_new_book(root: Path) -> None:
    write(root / SOURCES[0], written=60)
    assert not is_current()


def test_what_is_no_source_does_not(root: Path) -> None:
    write(root / "README.md", written=61)
    write(root / "work/notebooks/01_set_up.ipynb", written=61)
    assert is_current()


def test_without_a_complete_book_there_is_none() -> None:
    book.STAMP.unlink()
    assert not is_current()


def test_a_current_book_is_not_built(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sphinx(monkeypatch, root, "true")
    book.build()
    assert not (root / "calls").exists()


def test_a_built_book_is_current(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book.STAMP.unlink()
    sphinx(monkeypatch, root, "true")
    book.build()
    assert is_current()
    [call] = (root / "calls").read_text().splitlines()
    assert " -W " in call


def test_a_warning_is_an_error_and_the_next_call_tries_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book.STAMP.unlink()
    sphinx(monkeypatch, root, "echo 'index.md:3: WARNING: no such page'; echo more >&2; exit 1")
    for _ in range(2):
        with pytest.raises(TutorialError, match=r"The book was not built:\nindex.md:3: WARNING: no such page\nmore"):
            book.build()
    assert len((root / "calls").read_text().splitlines()) == 2
