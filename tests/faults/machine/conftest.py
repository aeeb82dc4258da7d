"""What the faults of the machine share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from .second_engine import SecondEngine, second_engine


@pytest.fixture(name="second")
def fixture_second(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecondEngine]:
    """Give a second engine, not yet started, on a small disk; ``DOCKER_HOST`` leads to it."""
    if os.geteuid() != 0:
        pytest.skip("mounts a disk and starts an engine of its own, which takes root")
    with second_engine(monkeypatch) as second:
        yield second
