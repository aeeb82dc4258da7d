"""When the book must be built again, and what is said where that fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.unit import small_books
from workbench.book import build as book
from workbench.book import notebooks
from workbench.errors import TutorialError
from workbench.settings import Paths

TABLE = "workbench/explain/causes/running.py"  # the page on failures is made from it
SOURCES = ["book/index.md", "book/deep/er/page.md", "notebooks/01_set_up.ipynb", "app/Dockerfile", "_toc.yml"]


@pytest.fixture(name="root", autouse=True)
def fixture_root(paths: Paths) -> Path:
    """Give a project with a book that was built a minute after its sources were written."""
    for name in SOURCES:
        write(paths.root / name, written=0)
    store(paths.notebooks / "01_set_up.ipynb", 1, 2)
    os.utime(paths.notebooks / "01_set_up.ipynb", (0, 0))
    write(paths.book / "complete", written=60)
    return paths.root


def store(path: Path, *counts: int | None) -> None:
    """Write a notebook whose cells have run, or not."""
    cells = [new_code_cell("1 + 1", execution_count=count) for count in counts]
    made = new_notebook(cells=[new_markdown_cell("# A page"), new_code_cell(""), *cells], metadata=notebooks.METADATA)
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
    nbformat.write(made, path)


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


def is_current(paths: Paths) -> bool:
    return book._is_current(paths)  # noqa: SLF001


def test_a_book_younger_than_its_sources_is_current(paths: Paths) -> None:
    assert is_current(paths)


@pytest.mark.parametrize("source", [*SOURCES, "book/new.md", TABLE, "_config.yml", "requirements.txt"])
def test_any_source_that_changed_asks_for_a_new_book(paths: Paths, root: Path, source: str) -> None:
    write(root / source, written=61)
    assert not is_current(paths)


def test_a_source_of_the_same_moment_asks_for_a_new_book(paths: Paths, root: Path) -> None:
    write(root / SOURCES[0], written=60)
    assert not is_current(paths)


def test_what_is_no_source_does_not(paths: Paths, root: Path) -> None:
    write(root / "README.md", written=61)
    write(root / "work/notebooks/01_set_up.ipynb", written=61)
    assert is_current(paths)


def test_without_a_complete_book_there_is_none(paths: Paths) -> None:
    (paths.book / "complete").unlink()
    assert not is_current(paths)


def test_a_current_book_is_not_built(paths: Paths, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sphinx(monkeypatch, root, "true")
    book.build(paths)
    assert not (root / "calls").exists()


def test_a_built_book_is_current(paths: Paths, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (paths.book / "complete").unlink()
    sphinx(monkeypatch, root, "true")
    book.build(paths)
    assert is_current(paths)
    [call] = (root / "calls").read_text().splitlines()
    assert " -W " in call


def test_a_warning_is_an_error_and_the_next_call_tries_again(
    paths: Paths, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (paths.book / "complete").unlink()
    sphinx(monkeypatch, root, "echo 'index.md:3: WARNING: no such page'; echo more >&2; exit 1")
    for _ in range(2):
        with pytest.raises(TutorialError, match=r"The book was not built:\nindex.md:3: WARNING: no such page\nmore"):
            book.build(paths)
    assert len((root / "calls").read_text().splitlines()) == 2


def test_after_a_failure_everything_is_read_again(paths: Paths, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (paths.book / "complete").unlink()
    write((paths.book / "_build/.doctrees") / "page.doctree", written=0)
    sphinx(monkeypatch, root, "exit 1")
    with pytest.raises(TutorialError):
        book.build(paths)
    assert not (paths.book / "_build/.doctrees").exists()


def test_a_notebook_without_outputs_is_named(paths: Paths, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (paths.book / "complete").unlink()
    store(root / "notebooks/04_build_image.ipynb", 1, None, None)
    sphinx(monkeypatch, root, "true")
    with pytest.raises(TutorialError, match=r"2 of 3 cells of notebooks/04_build_image.ipynb have no") as refusal:
        book.build(paths)
    assert refusal.value.fix == "./tutorial record 04"
    assert not (root / "calls").exists()
    assert not (paths.book / "complete").exists()


def test_a_book_built_twice_is_the_same(tmp_path: Path) -> None:
    built = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        small_books.start(folder, "book/home", "notebooks/page")
        (folder / "notebooks").mkdir()
        (folder / "book/home.md").write_text("# Home\n\nA **layer**.\n")
        store(folder / "notebooks/page.ipynb", 1)
        pages = small_books.build(folder)
        built.append({path.relative_to(pages): path.read_bytes() for path in pages.rglob("*") if path.is_file()})
    assert Path("notebooks/page.html") in built[0]
    assert built[0] == built[1]
