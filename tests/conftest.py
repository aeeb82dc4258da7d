"""The engine for the tests that need one, and what happens to them where there is none."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import docker
import hypothesis
import pytest
from docker.models.images import ImageCollection

from tests.support.waiting import WAIT_TIMEOUT
from workbench.engine import client as engine
from workbench.engine.build_retry import retry_missing_layer
from workbench.errors import TutorialError
from workbench.settings import CI, Paths

pytest_plugins = ["tests.support.keeper", "tests.support.parts", "tests.support.rotation"]

# Without deadlines: how fast a machine is proves nothing.
hypothesis.settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a green run of mutants leave its hashes."""
    parser.addoption("--record-proofs", action="store_true", help="leave the hash of what no mutant has survived")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Give a checkout of the test's own, with nothing in it."""
    return Paths(tmp_path)


@pytest.fixture(scope="session")
def client() -> Iterator[docker.DockerClient]:
    """Give the tests a client of their own; a test that uses it carries the marker ``docker``."""
    connected = engine.connect()
    yield connected
    connected.close()


@pytest.fixture(scope="session", autouse=True)
def _steady_builds() -> Iterator[None]:
    """Build again where the tests of another worker have removed a step that two images had in common."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImageCollection, "build", retry_missing_layer(ImageCollection.build))
        yield


@pytest.fixture(scope="module")
def late_sockets() -> Iterator[None]:
    """Collect the sockets that docker-py leaves behind where a connection fails, while their warnings are expected.

    Who uses this ignores those warnings in its whole module.
    """
    yield
    gc.collect()


@pytest.fixture
def patient_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the probes of an explanation the time that they need on a busy machine."""
    for module in ("workbench.explain", "workbench.explain.proof"):
        monkeypatch.setattr(f"{module}.PROBE_TIMEOUT", WAIT_TIMEOUT)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked ``docker`` where no engine answers; in CI, where one must, fail it."""
    if item.get_closest_marker("docker") is None:
        return
    reason = _why_no_engine()
    if reason and CI:
        pytest.fail(reason, pytrace=False)
    if reason:
        pytest.skip(reason)


@cache
def _why_no_engine() -> str:
    """Say in one line why no engine answers; empty where one does. Asked once in a run."""
    reason = ""
    with warnings.catch_warnings():
        # docker-py doesn't close the socket on which nobody has answered.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            engine.connect(timeout=10).close()
        except TutorialError as error:
            reason = " ".join(str(error).split())
        gc.collect()
    return reason
