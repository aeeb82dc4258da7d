"""The states of a chapter, made once for all tests of its module."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from . import proof
from .exercise_workspace import ExerciseWorkspace, ImageCache
from .notebook_replay import NotebookReplay
from .proof import Proof
from .state_cache import StateCache, Survivors

TRYING = 1800  # seconds: a test of mutants makes all states of a module where no other test has made them


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of mutants more time than others."""
    for item in items:
        if item.get_closest_marker("mutation"):
            item.add_marker(pytest.mark.timeout(TRYING))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask a test that takes a ``state`` for each state of its module's catalogue."""
    if "state" in metafunc.fixturenames:
        metafunc.parametrize("state", metafunc.module.CATALOGUE.states, ids=str)


@pytest.fixture(scope="module")
def state_cache(
    request: pytest.FixtureRequest, client: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StateCache]:
    """Give the place where the states of the module's catalogue are made and kept."""
    folder = tmp_path_factory.mktemp("states")
    (folder / "image_cache").mkdir()
    image_cache = ImageCache(client, folder / "image_cache")
    made = StateCache(request.module.CATALOGUE, lambda state: ExerciseWorkspace(client, image_cache, folder / state))
    yield made
    made.clear()
    image_cache.clear()


@pytest.fixture(scope="module")
def break_state_cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StateCache]:
    """Give the place where students sit at the exercises of a page that breaks things."""
    made = StateCache(request.module.CATALOGUE, lambda _state: NotebookReplay())
    with pytest.MonkeyPatch.context() as patches:
        patches.delenv("DOCKERHUB_TOKEN", raising=False)
        patches.chdir(tmp_path_factory.mktemp("notebooks"))
        yield made
        made.clear()


@pytest.fixture(scope="module")
def survivors(request: pytest.FixtureRequest) -> Survivors:
    """Give the function that tries the mutants of the module's catalogue, if its files have changed since."""
    mine = Proof(request.module.__name__)
    options = {name: bool(request.config.getoption(name)) for name in ("weekly", "record_proofs")}
    return lambda states: proof.survivors(mine, states.survivors, **options)
