"""Two copies of a notebook at the same time, beside what the user has made: nobody gets in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.support.names import letters
from workbench.engine import labels
from workbench.settings import APP_NAME, BASE_IMAGE, PATHS

from . import pages, replay, runs

COPIES = 2
DOCKERFILE = "FROM {}\nLABEL made-by={}\n"


@pytest.fixture
def user(client: docker.DockerClient) -> Iterator[str]:
    """Give both copies the same user, and sweep what a run that failed has left."""
    name = f"student{letters()}"
    yield name
    for session in runs.sessions(name, COPIES + 1):
        labels.sweep(PATHS, client, session=session)


@pytest.fixture
def by_hand(client: docker.DockerClient, user: str) -> Iterator[tuple[str, str]]:
    """Make an image and a container as users do, without labels, under names close to those of the notebook."""
    image, _ = client.images.build(
        fileobj=BytesIO(DOCKERFILE.format(BASE_IMAGE, user).encode()),
        tag=f"{user}/{APP_NAME}:by-hand",
        rm=True,
        forcerm=True,
    )
    container = client.containers.run(
        f"{user}/{APP_NAME}:by-hand", ["sleep", "600"], detach=True, name=f"{user}-{APP_NAME}"
    )
    yield str(image.id), str(container.id)
    container.remove(force=True)
    client.images.remove(f"{user}/{APP_NAME}:by-hand")


def meeting() -> Callable[..., Awaitable[None]]:
    """Let the first cell of each copy wait for the other: on a busy machine, one would be done before."""
    here: set[int] = set()
    all_here = asyncio.Event()

    async def wait(cell: Any, cell_index: int) -> None:  # noqa: ARG001 - nbclient passes both by name
        here.add(id(cell))
        if len(here) == COPIES:
            all_here.set()
        await all_here.wait()

    return wait


async def run_copies(path: Path, folder: Path, user: str) -> list[Any]:
    """Run copies of the notebook at the same time, each in a folder of its own."""
    copies = [pages.read(path).notebook for _ in range(COPIES)]
    folders = [folder / str(number) for number in range(COPIES)]
    for own in folders:
        own.mkdir()
    meet = meeting()
    runs_of_copies = (runs.execute(copy, runs.lay_out(own), user, meet) for copy, own in zip(copies, folders))
    await asyncio.gather(*runs_of_copies)
    return copies


def state_of(client: docker.DockerClient, by_hand: tuple[str, str]) -> tuple[Any, ...]:
    """Look at what the user made, in all that a notebook could change."""
    image, container = client.images.get(by_hand[0]), client.containers.get(by_hand[1])
    return image.tags, container.status, container.name, container.attrs["State"]["StartedAt"]


def span(notebook: Any) -> tuple[str, str]:
    """Say from when to when a notebook ran, in times that sort as text."""
    times = [time for cell in notebook.cells for time in cell.metadata.get("execution", {}).values()]
    return min(times), max(times)


@pytest.fixture
def isolated(notebook: Path, request: pytest.FixtureRequest) -> tuple[Path, list[Any]]:
    """Give a notebook and its cells as nbval collects them."""
    return notebook, replay.cells(notebook, request.session)


@pytest.mark.docker
def test_copies_run_at_the_same_time(
    isolated: tuple[Path, list[Any]], tmp_path: Path, client: docker.DockerClient, user: str, by_hand: tuple[str, str]
) -> None:
    path, stored = isolated
    before = state_of(client, by_hand)
    copies = asyncio.run(run_copies(path, tmp_path, user))
    starts, ends = zip(*map(span, copies))
    assert max(starts) < min(ends), "they ran one after the other"
    for copy in copies:
        executed = [cell for cell in copy.cells if cell.cell_type == "code"]
        differ = [cell.id for cell, own in zip(executed, stored) if not replay.is_accepted(own, cell.outputs)]
        assert differ == []
    assert state_of(client, by_hand) == before
    for session in runs.sessions(user, COPIES + 1):  # the first name is the image's that was there
        assert labels.find(PATHS, client, session=session) == labels.Swept()
