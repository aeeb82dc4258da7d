"""The doctor on an engine that is there: all is well."""

from __future__ import annotations

import docker
import pytest

from workbench import doctor
from workbench.doctor import probing
from workbench.settings import BASE_IMAGE

pytestmark = pytest.mark.docker


def test_all_is_well_where_the_tutorial_was_started(
    client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "LIMIT", 60)  # how fast a busy machine is proves nothing
    findings = {finding.question.probe: finding.seen for finding in doctor.examine()}
    assert findings["engine"].found.startswith(f"Docker Engine {client.version()['Version']}, API ")
    assert BASE_IMAGE in findings["base image"].found
    expected = ("engine", "api", "socket", "disk", "architecture", "base image", "pull", "dns", "tls", "docker-py")
    assert {name: findings[name].state for name in expected} == dict.fromkeys(expected, "ok")


def test_each_probe_has_its_answer() -> None:
    assert [finding.question for finding in doctor.examine()] == [probe.question for probe in doctor.PROBES]
