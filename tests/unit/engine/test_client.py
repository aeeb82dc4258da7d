"""No engine, or one that this user may not use: what you are told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from docker.errors import DockerException

from workbench.engine import client as engine
from workbench.errors import TutorialError

pytestmark = [
    pytest.mark.usefixtures("late_sockets"),
    pytest.mark.filterwarnings(
        "ignore:unclosed <socket:ResourceWarning",
        # What we start is meant to outlive the one who starts it.
        "ignore:subprocess .* is still running:ResourceWarning",
    ),
]

CONNECT_AS = """
import os, sys
from workbench.engine import client as engine
from workbench.errors import TutorialError
os.setuid(int(sys.argv[1]))
try:
    engine.connect()
except TutorialError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "host",
    [
        "unix:///nowhere/docker.sock",
        "tcp://127.0.0.1:1",
        "tcp://127.0.0.1:99999",
        "tcp://127.0.0.1:abc",
        "tcp://[::1",
        "tcp://",
        "ssh://nowhere",
        "carrier-pigeon://roof",
        "²",
    ],
)
def test_a_docker_host_that_leads_nowhere_is_named(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(TutorialError) as failure:
        engine.connect()
    assert failure.value.what == f"No Docker Engine answers at {host}, where DOCKER_HOST points."
    assert "unset DOCKER_HOST" in failure.value.fix


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_the_next_step_is_start() -> None:
    with pytest.raises(TutorialError) as failure:
        engine.connect()
    assert failure.value.what.startswith("No Docker Engine answers at ")
    assert failure.value.fix == "Start one: ./tutorial start"


def test_an_empty_docker_host_names_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "")
    told = engine.unreachable(DockerException("Connection refused"))
    assert str(told) == "No Docker Engine answers at /var/run/docker.sock.\nStart one: ./tutorial start"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user for a while")
def test_a_user_who_may_not_use_the_engine_is_told_how_to_get_in(tmp_path: Path) -> None:
    place = Path("/tmp") / f"{tmp_path.parent.name}-{os.getpid()}.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        place.chmod(0o600)
        listener.listen()
        environment = {**os.environ, "DOCKER_HOST": f"unix://{place}"}
        command = [sys.executable, "-c", CONNECT_AS, "1234"]
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    place.unlink()
    assert told.startswith(f"A Docker Engine is there, but this user may not use unix://{place}.\n")
    assert "usermod -aG docker" in told
