"""An engine that is started, or dies while it starts: what you are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.engine import client as engine
from workbench.errors import TutorialError
from workbench.provision import daemon
from workbench.settings import Paths
from workbench.system import apt, processes

pytestmark = [
    pytest.mark.usefixtures("late_sockets"),
    pytest.mark.filterwarnings(
        "ignore:unclosed <socket:ResourceWarning",
        # What we start is meant to outlive the one who starts it.
        "ignore:subprocess .* is still running:ResourceWarning",
    ),
]


@pytest.fixture(name="state")
def fixture_state(paths: Paths) -> Path:
    paths.state.mkdir()
    return paths.state


def test_where_docker_host_points_elsewhere_no_engine_is_started_here(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    monkeypatch.setattr(apt, "run_as_root", lambda *command: pytest.fail(f"ran {command}"))
    with pytest.raises(TutorialError, match="where DOCKER_HOST points"):
        daemon.ensure(paths, lambda: 5001, yes=True)


@pytest.mark.parametrize(("words", "meaning"), daemon.LAST_WORDS.items())
def test_the_last_words_of_an_engine_are_shown_with_their_meaning(
    paths: Paths, state: Path, words: str, meaning: str
) -> None:
    lines = [f"line {n}" for n in range(20)] + [f"failed to start daemon: {words}: more"]
    (state / "dockerd.log").write_text("\n".join(lines))
    told = daemon.died(paths)
    assert told.fix == meaning
    assert told.what.startswith("The Docker Engine ended while it started. Its last lines:\nline 15\n")
    assert told.what.endswith(f"{words}: more")


@pytest.mark.parametrize("log", [b"", b"something new\n", b"\xff\xfe no text"])
def test_last_words_that_nobody_knows_lead_to_the_whole_log(paths: Paths, state: Path, log: bytes) -> None:
    (state / "dockerd.log").write_bytes(log)
    assert daemon.died(paths).fix == f"The whole log: {state / 'dockerd.log'}"


@pytest.mark.usefixtures("no_engine")
def test_an_engine_that_dies_while_it_starts_is_noticed_at_once(paths: Paths, state: Path) -> None:
    last_words = "echo 'write /var/lib/docker/x: no space left on device' >&2"
    process = processes.start(paths, daemon.DOCKERD, ["sh", "-c", last_words])
    with pytest.raises(TutorialError, match=r"(?s)ended while it started.*The disk is full"):
        daemon._wait_until_it_answers(paths, process)  # noqa: SLF001
    assert (state / "dockerd.log").exists()


@pytest.mark.usefixtures("no_engine")
def test_an_engine_that_never_answers_is_stopped(paths: Paths, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "START_TIMEOUT", 0.3)
    process = processes.start(paths, daemon.DOCKERD, ["sleep", "60"])
    with pytest.raises(TutorialError, match="did not answer within") as failure:
        daemon._wait_until_it_answers(paths, process)  # noqa: SLF001
    assert failure.value.fix == f"Look at its log: {state / 'dockerd.log'}"
    assert processes.running(paths, daemon.DOCKERD) is None


@pytest.mark.usefixtures("no_engine")
def test_an_engine_of_the_service_manager_has_its_log_there(
    paths: Paths, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "START_TIMEOUT", 0.3)
    with pytest.raises(TutorialError, match="did not answer within") as failure:
        daemon._wait_until_it_answers(paths, None)  # noqa: SLF001
    assert failure.value.fix == "Look at its log: journalctl -u docker -n 20"
    assert not (state / "dockerd.log").exists()


def test_an_engine_that_was_started_for_others_is_not_waited_for(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise engine.unreachable(PermissionError(13, "Permission denied"))

    monkeypatch.setattr(engine, "connect", refuse)
    monkeypatch.setattr(daemon, "START_TIMEOUT", 3600)
    with pytest.raises(TutorialError, match="this user may not use"):
        daemon._wait_until_it_answers(paths, None)  # noqa: SLF001
