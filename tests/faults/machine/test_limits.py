"""A container that never comes back keeps nobody waiting, and does not stay."""

from __future__ import annotations

from pathlib import Path

import docker
import pytest

from tests.support.waiting import wait_until
from workbench import doctor
from workbench.doctor import Targets
from workbench.engine import labels
from workbench.settings import BASE_IMAGE, LESSON, PATHS
from workbench.system.username import username

from .diagnosis import diagnose

pytestmark = pytest.mark.docker

HANGS = {"dns", "tls", "proxy", "python"}


def test_container_that_hangs_is_left_behind_and_removed(client: docker.DockerClient, tmp_path: Path) -> None:
    never = tmp_path / "python"
    never.write_text("#!/bin/sh\nexec sleep 600\n")
    never.chmod(0o755)
    instead = {"volumes": {str(never): {"bind": "/usr/local/bin/python", "mode": "ro"}}}
    findings = {finding.question.probe: finding.seen for finding in doctor.examine(Targets(container=instead))}
    late = {name for name, seen in findings.items() if seen.found.startswith("no answer within")}
    assert late >= HANGS
    assert findings["engine"].state == findings["docker-py"].state == "ok"
    assert_gone(client)


def test_container_that_looks_from_inside_goes_when_it_has_looked(client: docker.DockerClient) -> None:
    assert f" in {BASE_IMAGE}" in diagnose("python").found
    assert_gone(client)


def assert_gone(client: docker.DockerClient) -> None:
    """Ask for no container of any doctor; another one may be at work now, and goes too."""
    sessions = [f"{username()}/doctor-{number}" for number in range(1, 6)]
    wait_until(lambda: not any(labels.find(PATHS, client, LESSON, session).names() for session in sessions))
