"""The exit code: 0 only if the journey can run."""

from __future__ import annotations

import json

import docker
import pytest

from tests.support.waiting import WAIT_TIMEOUT, wait_until
from workbench.cli import main as cli
from workbench.doctor import probing
from workbench.provision import registries
from workbench.provision.registries import PUSH

from .diagnosis import diagnose, repair

pytestmark = pytest.mark.docker


@pytest.mark.usefixtures("state")
def test_exit_code_says_whether_the_journey_can_run(
    client: docker.DockerClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "LIMIT", WAIT_TIMEOUT)
    registries.ensure(client, PUSH)
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.endswith("\nThe journey can run.\n")
    client.containers.get(registries.container_name(PUSH)).stop(timeout=0)
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().out.endswith("\nThe journey can't run yet: registry.\n")
    repair(diagnose("registry"))
    wait_until(lambda: registries.answers(PUSH))
    assert cli.main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ready"] is True
