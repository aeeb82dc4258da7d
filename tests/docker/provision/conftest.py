"""Labels of the test's own for what is cleaned."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from tests.support.names import letters
from workbench.engine import client as engine
from workbench.engine import labels
from workbench.provision import base_image, cleanup
from workbench.settings import Paths


@pytest.fixture(name="name")
def fixture_name(paths: Paths, client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give what is ours other labels than usual, so that nothing of a real lesson or service is cleaned."""
    name = f"test-{letters()}"
    paths.state.mkdir()
    monkeypatch.setattr(cleanup, "LESSON", f"{name}-lesson")
    monkeypatch.setattr(cleanup, "SERVICE", f"{name}-service")
    monkeypatch.setattr(cleanup, "BASE_IMAGE", f"{name}-base:1.0")
    monkeypatch.setattr(base_image, "BASE_IMAGE", f"{name}-base:1.0")
    monkeypatch.setattr(cleanup, "CI", False)
    monkeypatch.setattr(engine, "connect", lambda **_options: client)
    yield name
    for mark in ("lesson", "service"):
        labels.sweep(paths, client, f"{name}-{mark}")
