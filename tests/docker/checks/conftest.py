"""The states of a chapter, made once for all tests of its module."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from .catalogue import Catalogue
from .stage import Stage


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask a test that takes a ``state`` for each state of its module's catalogue."""
    if "state" in metafunc.fixturenames:
        metafunc.parametrize("state", metafunc.module.CATALOGUE.states, ids=str)


@pytest.fixture(scope="module")
def stage(
    request: pytest.FixtureRequest, client: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Give the place where the states of the module's catalogue are made and kept."""
    catalogue: Catalogue = request.module.CATALOGUE
    made = Stage(client, catalogue, tmp_path_factory.mktemp("states"))
    yield made
    made.clear()
