"""No engine, or one that dies: what is said about it."""

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
from workbench.system import apt, processes

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


@pytest.fixture(name="state")
def fixture_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(processes, "STATE", tmp_path)
    return tmp_path


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


def test_where_docker_host_points_elsewhere_no_engine_is_started_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    monkeypatch.setattr(apt, "run_as_root", lambda *command: pytest.fail(f"ran {command}"))
    with pytest.raises(TutorialError, match="where DOCKER_HOST points"):
        engine.ensure(5001, yes=True)


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


@pytest.mark.parametrize(("words", "meaning"), engine.LAST_WORDS.items())
def test_the_last_words_of_an_engine_are_shown_with_their_meaning(state: Path, words: str, meaning: str) -> None:
    lines = [f"line {n}" for n in range(20)] + [f"failed to start daemon: {words}: more"]
    (state / "dockerd.log").write_text("\n".join(lines))
    told = engine.died()
    assert told.fix == meaning
    assert told.what.startswith("The Docker Engine ended while it started. Its last lines:\nline 15\n")
    assert told.what.endswith(f"{words}: more")


@pytest.mark.parametrize("log", [b"", b"something new\n", b"\xff\xfe no text"])
def test_last_words_that_nobody_knows_lead_to_the_whole_log(state: Path, log: bytes) -> None:
    (state / "dockerd.log").write_bytes(log)
    assert engine.died().fix == f"The whole log: {state / 'dockerd.log'}"


@pytest.mark.usefixtures("no_engine")
def test_an_engine_that_dies_while_it_starts_is_noticed_at_once(state: Path) -> None:
    last_words = "echo 'write /var/lib/docker/x: no space left on device' >&2"
    process = processes.start(engine.DOCKERD, ["sh", "-c", last_words])
    with pytest.raises(TutorialError, match=r"(?s)ended while it started.*The disk is full"):
        engine._wait_until_it_answers(process)  # noqa: SLF001
    assert (state / "dockerd.log").exists()


@pytest.mark.usefixtures("no_engine")
def test_an_engine_that_never_answers_is_stopped(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "START_TIMEOUT", 0.3)
    process = processes.start(engine.DOCKERD, ["sleep", "60"])
    with pytest.raises(TutorialError, match="did not answer within") as failure:
        engine._wait_until_it_answers(process)  # noqa: SLF001
    assert failure.value.fix == f"Look at its log: {state / 'dockerd.log'}"
    assert processes.running(engine.DOCKERD) is None


@pytest.mark.usefixtures("no_engine")
def test_an_engine_of_the_service_manager_has_its_log_there(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "START_TIMEOUT", 0.3)
    with pytest.raises(TutorialError, match="did not answer within") as failure:
        engine._wait_until_it_answers(None)  # noqa: SLF001
    assert failure.value.fix == "Look at its log: journalctl -u docker -n 20"
    assert not (state / "dockerd.log").exists()


def test_an_engine_that_was_started_for_others_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise engine.unreachable(PermissionError(13, "Permission denied"))

    monkeypatch.setattr(engine, "connect", refuse)
    monkeypatch.setattr(engine, "START_TIMEOUT", 3600)
    with pytest.raises(TutorialError, match="this user may not use"):
        engine._wait_until_it_answers(None)  # noqa: SLF001
