"""The notebooks of a run: one for the same sources, another one after a change, all of them weekly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import rotation
from tests.support.rotation import BUILDING, NOTEBOOKS, due


def test_the_same_sources_choose_the_same_notebook() -> None:
    before = due(NOTEBOOKS, weekly=False)
    rotation._hash_of_sources.cache_clear()  # noqa: SLF001
    assert due(NOTEBOOKS, weekly=False) == before
    assert len(before) == 1


def test_each_notebook_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[Path] = []
    for number in range(len(NOTEBOOKS)):
        monkeypatch.setattr(rotation, "_hash_of_sources", lambda number=number: number)
        chosen += due(NOTEBOOKS, weekly=False)
    assert chosen == NOTEBOOKS


def test_a_weekly_run_proves_all_of_them() -> None:
    assert due(NOTEBOOKS, weekly=True) == NOTEBOOKS
    assert due(BUILDING, weekly=True) == BUILDING
    assert len(BUILDING) == 4
