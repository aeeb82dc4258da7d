"""Processes: those that ``start`` leaves in the background, each with a pid file and a log, and those waited for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system.waiting import wait_until

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # what asks a program to end
GRACE = 120  # seconds that a command gets to tidy up once it is asked to end; killed, it leaves its files
STOP_GRACE = 15  # seconds between asking a process to end and killing it
STARTED: list[str] = []  # by this call of ./tutorial, the latest last


def log_file(paths: Paths, name: str) -> Path:
    """Where the process of this name writes what it says."""
    return paths.state / f"{name}.log"


def running(paths: Paths, name: str) -> psutil.Process | None:
    """Find the process that we started under this name, if it still runs.

    A pid alone proves nothing: after a restart of the machine it may be a stranger's. So the
    time at which the process was created is kept beside it.
    """
    try:
        kept = json.loads(_pid_file(paths, name).read_text())
        process = psutil.Process(kept["pid"])
        if process.create_time() == kept["created"] and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except (FileNotFoundError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
        pass
    except psutil.AccessDenied:
        raise _anothers(name) from None
    return None


def _anothers(name: str) -> TutorialError:
    return TutorialError(f"{name} was started by another user.", "sudo ./tutorial stop")


def call(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as ``subprocess.run`` does, which kills it a quarter of a second after Ctrl-C.

    The command gets Ctrl-C, too. apt-get and pytest have to tidy up, so here they are waited for.
    """
    with subprocess.Popen(command, text=True, **options) as child:
        try:
            out, err = child.communicate()
        except KeyboardInterrupt:
            child.communicate()
            raise
    return subprocess.CompletedProcess(command, child.returncode, out, err)


def call_alone(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in its own session, and leave none of its processes behind.

    Whatever ends the wait, Ctrl-C above all, the command and what it has started are asked to end, and then made to.
    """
    child = None
    try:
        with _uninterrupted():
            child = subprocess.Popen(command, text=True, start_new_session=True, **options)
        out, err = child.communicate()
    except BaseException:
        if child is not None:
            _end_group(child)
        raise
    return subprocess.CompletedProcess(command, child.returncode, out, err)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off Ctrl-C and other requests to end until the block is over, since they would lose a process that starts."""
    came: list[int] = []
    # What is ignored, as SIGHUP is under nohup, stays so.
    wanted = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, lambda number, _frame: came.append(number)) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for late in came:
        signal.raise_signal(late)


def _end_group(child: subprocess.Popen[str]) -> None:
    """End a process and its group; those that take longer than ``GRACE`` seconds to tidy up are killed."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(child.pid, number)
            child.communicate(timeout=GRACE)  # until the last of them has closed its output


def start(paths: Paths, name: str, command: Sequence[str], env: dict[str, str] | None = None) -> psutil.Process:
    """Start a process that outlives this one; its output goes to a log under ``.workbench``, for our eyes only."""
    paths.state.mkdir(exist_ok=True)
    file = log_file(paths, name)
    file.unlink(missing_ok=True)  # an old one may be open to others
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as log:
        # In its own session, so that Ctrl-C in the terminal doesn't reach it.
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True
        )
    process = psutil.Process(child.pid)
    _pid_file(paths, name).write_text(json.dumps({"pid": process.pid, "created": process.create_time()}))
    STARTED.append(name)
    return process


def stop(paths: Paths, name: str) -> bool:
    """Stop what we started under this name; False where nothing of that name runs."""
    process = running(paths, name)
    if process is not None:
        try:
            process.terminate()
        except psutil.NoSuchProcess:  # it has ended by itself at this very moment
            pass
        except psutil.AccessDenied:
            raise _anothers(name) from None
        # Not process.wait(): where nobody reaps the process, as in many containers, it stays as a zombie.
        while not wait_until(lambda: not running(paths, name), STOP_GRACE):
            with suppress(psutil.NoSuchProcess):
                process.kill()
    _pid_file(paths, name).unlink(missing_ok=True)
    return process is not None


def stop_new(paths: Paths) -> list[str]:
    """Stop what this call of ./tutorial started, the latest first; return the names."""
    return [name for name in reversed(STARTED) if stop(paths, name)]


def _pid_file(paths: Paths, name: str) -> Path:
    return paths.state / f"{name}.pid"
