"""The exit code: 0 only if the journey can run."""

from __future__ import annotations

import json

import docker
import pytest

from tests.support.waiting import WAIT_TIMEOUT, wait_until
from workbench.cli import main as cli
from workbench.doctor import Targets, probing
from workbench.provision import registries
from workbench.provision.registries import PUSH
from workbench.settings import Paths

from .diagnosis import diagnose, repair

pytestmark = pytest.mark.docker


@pytest.mark.usefixtures("state")
def test_exit_code_says_whether_the_journey_can_run(
    paths: Paths, client: docker.DockerClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "LIMIT", WAIT_TIMEOUT)
    registries.ensure(paths, client, PUSH)
    assert cli.main(["doctor"], paths) == 0
    assert capsys.readouterr().out.endswith("\nThe journey can run.\n")
    client.containers.get(registries.container_name(paths, PUSH)).stop(timeout=0)
    assert cli.main(["doctor"], paths) == 1
    assert capsys.readouterr().out.endswith("\nThe journey can't run yet: registry.\n")
    repair(diagnose("registry", Targets(paths=paths)))
    wait_until(lambda: registries.answers(paths, PUSH))
    assert cli.main(["doctor", "--json"], paths) == 0
    assert json.loads(capsys.readouterr().out)["ready"] is True
