"""Background processes: real ones, and pid files that lie."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.waiting import wait_until
from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system import processes

pytestmark = pytest.mark.filterwarnings(
    # What start starts is meant to outlive the one who starts it.
    "ignore:subprocess .* is still running:ResourceWarning"
)
NAME = "helper"
SLEEPS = [sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(60)"]
IGNORES_SIGTERM = [sys.executable, "-c", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPS[2]]


@pytest.fixture(name="state", autouse=True)
def fixture_state(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(processes, "STARTED", [])
    yield paths.state
    processes.stop_new(paths)


@pytest.fixture(name="stranger")
def fixture_stranger() -> Iterator[psutil.Process]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield psutil.Process(process.pid)
        process.kill()


def ended(process: psutil.Process) -> bool:
    # A zombie has ended too: whoever started it has not asked how.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def wait_until_ready(paths: Paths, name: str) -> None:
    wait_until(lambda: "ready" in processes.log_file(paths, name).read_text())


def write_pid_file(state: Path, text: str) -> Path:
    state.mkdir()
    file = state / f"{NAME}.pid"
    file.write_text(text)
    return file


def test_nothing_runs_at_first(paths: Paths, state: Path) -> None:
    assert processes.running(paths, NAME) is None
    assert not processes.stop(paths, NAME)
    assert not state.exists()


def test_what_was_started_runs_until_it_is_stopped(paths: Paths, state: Path) -> None:
    process = processes.start(paths, NAME, SLEEPS)
    assert processes.running(paths, NAME) == process
    assert processes.stop(paths, NAME)
    assert ended(process)
    assert processes.running(paths, NAME) is None
    assert [file.name for file in state.iterdir()] == [f"{NAME}.log"]
    assert not processes.stop(paths, NAME)


def test_both_kinds_of_output_go_to_the_log(paths: Paths) -> None:
    processes.start(paths, NAME, ["sh", "-c", "echo one; echo two >&2; echo $WORD"], env={"WORD": "three"})
    wait_until(lambda: processes.log_file(paths, NAME).read_text() == "one\ntwo\nthree\n")


def test_no_other_user_can_read_the_log(paths: Paths) -> None:
    processes.start(paths, NAME, SLEEPS)
    processes.stop(paths, NAME)
    log = processes.log_file(paths, NAME)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    log.chmod(0o644)
    with log.open() as opened_before:
        processes.start(paths, NAME, SLEEPS)
        wait_until_ready(paths, NAME)
        opened_before.seek(0)
        assert "ready" not in opened_before.read()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_link_in_the_place_of_the_log_is_not_followed(paths: Paths, state: Path) -> None:
    state.mkdir()
    target = state / "of another program"
    target.write_text("kept")
    processes.log_file(paths, NAME).symlink_to(target)
    processes.start(paths, NAME, SLEEPS)
    wait_until_ready(paths, NAME)
    assert target.read_text() == "kept"


def test_ctrl_c_in_the_terminal_does_not_reach_it(paths: Paths) -> None:
    process = processes.start(paths, NAME, SLEEPS)
    assert os.getpgid(process.pid) != os.getpgid(0)
    assert os.getsid(process.pid) != os.getsid(0)


def test_a_process_that_ended_does_not_run(paths: Paths) -> None:
    process = processes.start(paths, NAME, ["true"])
    wait_until(lambda: ended(process))
    assert processes.running(paths, NAME) is None


def test_a_process_that_ignores_sigterm_is_killed(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_GRACE", 0.1)
    process = processes.start(paths, NAME, IGNORES_SIGTERM)
    wait_until_ready(paths, NAME)
    assert processes.stop(paths, NAME)
    assert ended(process)


def test_a_process_that_takes_its_time_is_waited_for(paths: Paths, state: Path) -> None:
    last_words = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye', flush=True)));"
    processes.start(paths, NAME, [sys.executable, "-c", last_words + SLEEPS[2]])
    wait_until_ready(paths, NAME)
    assert processes.stop(paths, NAME)
    assert (state / f"{NAME}.log").read_text() == "ready\nbye\n"


@pytest.mark.parametrize(
    "text",
    ["", "812", "[]", "null", "{}", '{"pid": 812', '{"pid": "812", "created": 1}', '{"pid": -1, "created": 1}', "\x00"],
)
def test_a_pid_file_that_says_nothing_is_thrown_away(paths: Paths, state: Path, text: str) -> None:
    file = write_pid_file(state, text)
    assert processes.running(paths, NAME) is None
    assert not processes.stop(paths, NAME)
    assert not file.exists()


def test_the_pid_file_of_a_process_that_is_gone_is_thrown_away(paths: Paths, state: Path) -> None:
    with subprocess.Popen(["true"]) as gone:
        pass
    file = write_pid_file(state, json.dumps({"pid": gone.pid, "created": 1.0}))
    assert not processes.stop(paths, NAME)
    assert not file.exists()


def test_a_stranger_with_the_same_pid_is_left_alone(paths: Paths, state: Path, stranger: psutil.Process) -> None:
    write_pid_file(state, json.dumps({"pid": stranger.pid, "created": stranger.create_time() - 60}))
    assert processes.running(paths, NAME) is None
    assert not processes.stop(paths, NAME)
    assert not ended(stranger)


def test_stop_stops_the_one_that_it_names(paths: Paths) -> None:
    processes.start(paths, "one", SLEEPS)
    other = processes.start(paths, "two", SLEEPS)
    assert processes.stop(paths, "one")
    assert processes.running(paths, "two") == other


def test_what_this_call_started_stops_in_reverse_order(paths: Paths, state: Path, stranger: psutil.Process) -> None:
    write_pid_file(state, json.dumps({"pid": stranger.pid, "created": stranger.create_time()}))
    for name in ("first", "second", "third"):
        processes.start(paths, name, SLEEPS)
    processes.stop(paths, "second")
    assert processes.stop_new(paths) == ["third", "first"]
    assert processes.running(paths, NAME) == stranger


@pytest.mark.parametrize("asked", ["status", "terminate"])
def test_what_another_user_started_is_left_to_them(
    paths: Paths, state: Path, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    processes.start(paths, "lab", ["sleep", "60"])
    with monkeypatch.context() as patch:
        patch.setattr(psutil.Process, asked, refuse)
        with pytest.raises(TutorialError, match=r"lab was started by another user.\nsudo ./tutorial stop"):
            processes.stop(paths, "lab")
    assert (state / "lab.pid").exists()
    assert processes.stop(paths, "lab")


TIDIES = """
import time
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(1)
    print("tidied", flush=True)
"""
CALLS = "import sys; from workbench.system import processes; processes.call([sys.executable, '-c', sys.argv[1]])"


def test_a_command_has_time_to_tidy_up_after_ctrl_c() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CALLS, TIDIES],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as calling:
        assert calling.stdout is not None
        assert calling.stdout.readline() == "ready\n"
        os.killpg(calling.pid, signal.SIGINT)  # as a terminal does: all that run in front get it
        assert calling.stdout.read() == "tidied\n"


@pytest.mark.parametrize(("script", "grace"), [("trap 'sleep 0.3; rm half; exit' TERM", 120), ("trap '' TERM", 0.1)])
def test_a_command_that_is_called_alone_leaves_none_of_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, grace: float
) -> None:
    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(processes, "GRACE", grace)
    before = signal.signal(signal.SIGTERM, interrupt)
    wait = f"sleep 300 & echo $! >child; touch half; kill -TERM {os.getpid()}; while :; do wait; done"
    try:
        with pytest.raises(KeyboardInterrupt):
            processes.call_alone(["sh", "-c", f"{script}; {wait}"], cwd=tmp_path)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (tmp_path / "half").exists() is (grace < 1), "one that tidies up is given the time"
    child = int((tmp_path / "child").read_text())
    wait_until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)
