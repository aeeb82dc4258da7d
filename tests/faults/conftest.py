"""The workspace on which faults are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import docker
import pytest

from tests.support.names import letters
from workbench.engine import labels
from workbench.settings import PATHS

from .fault_workspace import FaultWorkspace


@pytest.fixture(name="workspace")
def fixture_bench(
    client: docker.DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[FaultWorkspace]:
    """Give a workspace; what was made in it goes afterwards."""
    name = f"fault-{letters()}"
    marks = labels.lesson_labels(name)
    request.getfixturevalue("patient_probes")
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    with ExitStack() as servers:
        yield FaultWorkspace(client, tmp_path, name, marks, monkeypatch, servers)
    labels.sweep(PATHS, client, session=name)
