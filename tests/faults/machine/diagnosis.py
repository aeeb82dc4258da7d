"""Ask one probe, and do what its fix says."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from unittest.mock import patch

import pytest

from workbench.doctor import PROBES, ProbeResult, Targets, probing
from workbench.settings import ROOT

WAIT_TIMEOUT = 30  # seconds: a busy machine is slow, and a test that passes never waits that long
HERE = Targets()


def diagnose(name: str, around: Targets = HERE) -> ProbeResult:
    """Say what one probe of the doctor's sees."""
    [probe] = [probe for probe in PROBES if probe.question.probe == name]
    with patch.object(probing, "LIMIT", WAIT_TIMEOUT):
        [finding] = probing.examine([probe], around)
    return finding.seen


def wait_until(happened: Callable[[], object]) -> None:
    """Ask again and again until the answer is yes; fail where it never is."""
    deadline = time.monotonic() + WAIT_TIMEOUT
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def command(seen: ProbeResult) -> str:
    """Give the command of a fix, as root types it."""
    assert seen.fix, f"no command is offered: {seen}"
    return seen.fix.removeprefix("sudo ")


def repair(seen: ProbeResult) -> str:
    """Run the command of a fix in a shell, in the project's folder, with yes as the answer to questions."""
    done = subprocess.run(
        ["sh", "-c", command(seen)],
        cwd=ROOT,
        env={**os.environ, "CI": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def repair_environment(seen: ProbeResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a fix that changes the shell's variables, and take them over."""
    shell = subprocess.run(["sh", "-c", f"{command(seen)}; env -0"], capture_output=True, check=True)
    after = dict(line.split("=", 1) for line in shell.stdout.decode().split("\0") if line)
    for name in set(os.environ) | set(after):
        if name not in after:
            monkeypatch.delenv(name)
        elif os.environ.get(name) != after[name]:
            monkeypatch.setenv(name, after[name])
