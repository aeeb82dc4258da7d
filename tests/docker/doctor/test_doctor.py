"""The doctor on an engine that is there: all is well, and quickly."""

from __future__ import annotations

import time

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


def test_all_answers_are_there_in_five_seconds() -> None:
    started = time.monotonic()
    findings = doctor.examine()
    assert time.monotonic() - started < 5
    assert len(findings) == len(doctor.PROBES)
