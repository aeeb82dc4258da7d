"""Hold the steps that the builds of several workers have in common, for as long as the tests run.

The classic builder finds a step in its cache, and the step is gone in the next moment, if the test of another worker
removes the last image that has it. An image that no test knows keeps the steps of the app's Dockerfile, which the pages
build, too. It goes at the end of the run; what a killed run has left goes with the next one.
"""

from __future__ import annotations

import os
from functools import cache

import docker
import pytest
from filelock import FileLock, Timeout

from tests.support.names import letters
from workbench.engine import client as engine
from workbench.engine import labels
from workbench.engine.build_retry import retry_missing_layer
from workbench.settings import PATHS
from workbench.system import locks

LABEL = "containers-hands-on.tests"  # its value names the run
RUN = "CONTAINERS_HANDS_ON_TESTS"  # the variable by which workers know the run


class Controller:
    """Claims the run's name for as long as it lives, and lets go of the steps once all workers have ended."""

    def __init__(self) -> None:
        os.environ[RUN] = letters()
        _name, self._claim = locks.claim(PATHS, [_claimed(os.environ[RUN])])
        self._held = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Hear of a worker that has ended whether it asked for the steps."""
        self._held |= "held" in getattr(node, "workeroutput", {})

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Let the steps go."""
        if self._held:
            client = engine.connect()
            remove(client, os.environ[RUN])
            client.close()
        self._claim.release()


def pytest_configure(config: pytest.Config) -> None:
    """Keep steps only where there are several workers: a single one disturbs no build."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Controller())


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold the steps from the first test on that needs an engine."""
    needs_an_engine = item.get_closest_marker("docker") or item.path.suffix == ".ipynb"
    if needs_an_engine and hasattr(item.config, "workerinput"):
        _hold_once(os.environ[RUN])
        item.config.workeroutput["held"] = True  # type: ignore[attr-defined]


@cache
def _hold_once(run: str) -> None:
    client = engine.connect()
    hold(client, run)
    client.close()


def hold(client: docker.DockerClient, run: str) -> None:
    """Make the image of a run, unless another worker has done so, and remove those that killed runs have left."""
    PATHS.state.mkdir(exist_ok=True)
    with FileLock(PATHS.state / "keeper.lock"):
        found = {image.labels[LABEL] for image in client.images.list(filters={"label": LABEL})}
        if run not in found:
            build = retry_missing_layer(client.images.build)
            build(path=str(PATHS.app), tag=f"{LABEL}:{run}", labels={LABEL: run}, rm=True, forcerm=True)
        for other in found - {run}:
            _remove_if_dead(client, other)


def remove(client: docker.DockerClient, run: str) -> None:
    """Remove the image of a run, and the steps that nothing else has."""
    for image in client.images.list(filters={"label": f"{LABEL}={run}"}):
        labels.removed(client.api.remove_image, str(image.id), force=True)


def _remove_if_dead(client: docker.DockerClient, run: str) -> None:
    lock = locks.lock_of(PATHS, _claimed(run))
    try:
        with lock.acquire(blocking=False):
            remove(client, run)
    except Timeout:  # it still runs
        return


def _claimed(run: str) -> str:
    return f"tests-{run}"
