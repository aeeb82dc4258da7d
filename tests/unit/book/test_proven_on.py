"""The page "Proven on" says what runs have found, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from workbench.book.sphinx_ext import proven_on
from workbench.settings import PATHS, Paths

RUN: dict[str, Any] = {
    "engine": "Engine 28.5.2",
    "api": "1.51",
    "store": "overlay2",
    "machine": "Debian, x86_64",
    "base": "a stand-in",
    "date": "2026-11-26",
    "parts": {
        "notebooks": {
            "passed": 260,
            "of": 262,
            "failed": ["notebooks.03::Cell 3"],
            "skipped": ["notebooks.04::Cell 1"],
        },
        "engine": {"passed": 5, "of": 5, "failed": [], "skipped": []},
    },
}


def test_a_run_is_a_row_with_what_it_has_not_run_left_empty() -> None:
    table = proven_on.write({"docker-28.5-overlay2": RUN})
    row = next(line for line in table.splitlines() if line.startswith("| Engine 28.5.2"))
    assert row == "| Engine 28.5.2 | overlay2 | 2026-11-26 | 260 of 262 | - | - | 5 of 5 | - |"
    assert "API 1.51, on Debian, x86_64, with a stand-in." in table


def test_without_runs_there_is_no_table() -> None:
    assert proven_on.write({}) == "No run is kept yet."


def test_what_has_not_passed_is_named() -> None:
    table = proven_on.write({"docker-28.5-overlay2": RUN})
    assert "Failed: `notebooks.03::Cell 3` (Notebooks)." in table
    assert "Skipped: `notebooks.04::Cell 1` (Notebooks)." in table
    assert "Everything passed." not in table


def test_runs_are_read_from_their_files_in_the_order_of_their_names(paths: Paths) -> None:
    proven_on.folder(paths).mkdir(parents=True)
    for name in ("podman-5.8", "docker-28.5-containerd"):
        (proven_on.folder(paths) / f"{name}.json").write_text(json.dumps({**RUN, "engine": name}))
    assert list(proven_on.read(paths)) == ["docker-28.5-containerd", "podman-5.8"]
    assert "Failed: " in proven_on.write(proven_on.read(paths))


def test_the_page_has_a_place_for_the_table() -> None:
    content = [(PATHS.root / "book/proven-on.md").read_text()]
    proven_on._put_table(content, "| THE TABLE \\1 |")  # noqa: SLF001
    assert "\n| THE TABLE \\1 |\n" in content[0]


def test_every_run_that_is_kept_is_whole() -> None:
    for kept in proven_on.read(PATHS).values():
        assert RUN.keys() <= kept.keys()
        for part in kept["parts"].values():
            assert part["passed"] + len(part["failed"]) + len(part["skipped"]) == part["of"]
