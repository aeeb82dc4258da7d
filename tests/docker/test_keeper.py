"""The steps that workers share stay while a run lives, and go with it."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from tests.support import keeper
from tests.support.names import letters
from workbench.settings import PATHS
from workbench.system import locks

pytestmark = pytest.mark.docker


@pytest.fixture(name="run")
def fixture_run(client: docker.DockerClient) -> Iterator[str]:
    run = letters()
    yield run
    keeper.remove(client, run)


def test_a_run_holds_each_step_of_the_app_once(client: docker.DockerClient, run: str) -> None:
    for _ in range(2):  # two workers
        keeper.hold(client, run)
    [image] = client.images.list(filters={"label": f"{keeper.LABEL}={run}"})
    made = [str(step["CreatedBy"]) for step in client.api.history(str(image.id))]
    recipe = (PATHS.app / "Dockerfile").read_text().split("\n\n")
    for instruction in recipe[1:]:
        assert any(instruction.split()[-1].strip('[]"\n') in step for step in made), instruction
    keeper.remove(client, run)
    assert client.images.list(filters={"label": f"{keeper.LABEL}={run}"}) == []


def test_what_a_killed_run_has_left_goes_with_the_next(client: docker.DockerClient, run: str) -> None:
    killed, alive = letters(), letters()
    for other in (killed, alive):
        keeper.hold(client, other)
    with locks.lock_of(PATHS, f"tests-{alive}"):
        keeper.hold(client, run)
        names = [tag for image in client.images.list(filters={"label": keeper.LABEL}) for tag in image.tags]
        assert f"{keeper.LABEL}:{killed}" not in names
        assert {f"{keeper.LABEL}:{one}" for one in (alive, run)} <= set(names)
    keeper.remove(client, alive)
