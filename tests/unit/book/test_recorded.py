"""A book that is recorded where it is built shows other versions than the stored one, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workbench.book import build as book
from workbench.book import recorded
from workbench.errors import TutorialError
from workbench.settings import PATHS, Paths

RULES = recorded.read_rules(PATHS)
VIEW = "application/vnd.jupyter.widget-view+json"


def notebook(*outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    cell = {"cell_type": "code", "execution_count": 1, "source": "x", "metadata": {"tags": [*tags]}}
    return {"cells": [{"cell_type": "markdown", "source": "# A page"}, {**cell, "outputs": [*outputs]}]}


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": [text]}


def shown(**data: Any) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": ["<view>"], **data}}


def failed(value: str, *traceback: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": "APIError", "evalue": value, "traceback": [*traceback]}


@pytest.mark.parametrize(
    ("stored", "new"),
    [
        (printed("Python 3.8.18\n"), printed("Python 3.8.10\n")),
        (printed("Ran on Docker Engine 20.10, with a stand-in.\n"), printed("Ran on Docker Engine 29.1, with it.\n")),
        (shown(**{VIEW: {"model_id": "a"}}), shown(**{VIEW: {"model_id": "b"}})),
        (failed("no", "Cell In[1], line 2"), failed("no", "Cell In[1], line 2", "/usr/lib/x.py")),
    ],
)
def test_versions_and_the_provenance_may_differ(stored: Any, new: Any) -> None:
    assert list(recorded.differences(notebook(stored), notebook(new), RULES, "01_a_page")) == []


@pytest.mark.parametrize(
    ("stored", "new"),
    [
        (printed("5818\n"), printed("5819\n")),
        (printed("5818\n"), {**printed("5818\n"), "name": "stderr"}),
        (shown(), shown(**{"text/html": ["<b>"]})),
        (failed("no"), failed("yes")),
        (failed("no"), printed("no")),
    ],
)
def test_nothing_else_may_differ(stored: Any, new: Any) -> None:
    [told] = recorded.differences(notebook(stored), notebook(new), RULES, "01_a_page")
    assert told.startswith("01_a_page, code cell 0:")
    assert list(recorded.differences(notebook(stored), notebook(new, printed("more")), RULES, "01_a_page")) != []


def test_a_cell_whose_output_may_vary_is_not_compared() -> None:
    one, other = (notebook(printed(text), tags=("nbval-ignore-output",)) for text in "ab")
    assert list(recorded.differences(one, other, RULES, "01_a_page")) == []


@pytest.fixture(name="small")
def fixture_small(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> list[Paths]:
    """Give a checkout with one notebook, whose book is built by nothing; list what would be built."""
    built: list[Paths] = []
    monkeypatch.setattr(book, "build", built.append)
    for folder in (paths.notebooks, paths.app, paths.state):
        folder.mkdir()
    (paths.app / "degrees_api.py").write_text("app")
    (paths.root / recorded.RULES).parent.mkdir(parents=True)
    (paths.root / recorded.RULES).write_text((PATHS.root / recorded.RULES).read_text())
    (paths.notebooks / "01_a_page.ipynb").write_text(json.dumps(notebook(printed("Python 3.8.18\n"))))
    return built


def let_it_print(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def record(_paths: Paths, path: Path) -> None:
        assert (path.parent.parent / "app/degrees_api.py").exists()
        path.write_text(json.dumps(notebook(printed(text))))

    monkeypatch.setattr(recorded, "record", record)


def test_the_pages_are_built_from_what_was_recorded_and_the_stored_notebooks_stay(
    paths: Paths, small: list[Paths], monkeypatch: pytest.MonkeyPatch
) -> None:
    let_it_print("Python 3.8.10\n", monkeypatch)
    pages = recorded.build(paths)
    [copy] = small
    assert pages == book.pages(copy)
    assert "3.8.10" in (copy.notebooks / "01_a_page.ipynb").read_text()
    assert "3.8.18" in (paths.notebooks / "01_a_page.ipynb").read_text()


def test_no_pages_are_built_where_an_output_differs(
    paths: Paths, small: list[Paths], monkeypatch: pytest.MonkeyPatch
) -> None:
    let_it_print("Ruby 3.8.10\n", monkeypatch)
    with pytest.raises(TutorialError, match="01_a_page, code cell 0") as refused:
        recorded.build(paths)
    assert "+stdout: Ruby 3.8.10" in refused.value.what
    assert small == []
