"""A user of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from tests.support.names import letters
from workbench.engine import labels
from workbench.settings import PATHS


@pytest.fixture(name="plain")
def fixture_plain(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the name of the first lesson of a user whom nobody else is."""
    user = f"test{letters()}"
    monkeypatch.setenv("DOCKERHUB_USERNAME", user)
    yield f"{user}/degrees_api"
    for copy in ("", "-2", "-3"):
        labels.sweep(PATHS, client, session=f"{user}/degrees_api{copy}")
