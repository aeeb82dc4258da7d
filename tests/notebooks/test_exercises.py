"""The solution that a page gives makes its check say so, and the page tidies up behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.support.names import letters
from workbench.engine import labels
from workbench.settings import PATHS

from . import pages, rules, runs


@pytest.fixture
def user(client: docker.DockerClient) -> Iterator[str]:
    """Give a run a name that nobody else has, and sweep what a run that failed has left."""
    name = f"student{letters()}"
    yield name
    labels.sweep(PATHS, client, session=runs.sessions(name, copies=1)[0])


def solve(notebook: Any) -> list[Any]:
    """Put each solution in the place of its exercise; return the cells that check them."""
    checks = []
    for start, cell in enumerate(notebook.cells):
        if "exercise" in pages.tags(cell):
            rest = notebook.cells[start + 1 :]
            solutions = (rules.SOLUTION.search(later.source) for later in rest)
            cell.source = next(found[1] for found in solutions if found)
            checks.append(next(later for later in rest if later.source.startswith("lesson.check(")))
    return checks


@pytest.mark.docker
@pytest.mark.parametrize("path", pages.NOTEBOOKS, ids=lambda path: path.stem)
def test_solution_is_accepted(path: Path, tmp_path: Path, client: docker.DockerClient, user: str) -> None:
    notebook = pages.read(path).notebook
    checks = solve(notebook)
    assert checks
    asyncio.run(runs.execute(notebook, runs.lay_out(tmp_path), user))
    for check in checks:
        assert [output.text[:11] for output in check.outputs] == ["Well done: "], check.outputs
    (session,) = runs.sessions(user, copies=1)
    assert labels.find(PATHS, client, session=session) == labels.Swept()
