"""Ask one probe, and do what its fix says."""

from __future__ import annotations

import os
import subprocess
from unittest.mock import patch

import pytest

from tests.support.waiting import WAIT_TIMEOUT
from workbench.doctor import PROBES, ProbeResult, Targets, probing
from workbench.settings import PATHS

HERE = Targets()


def diagnose(name: str, around: Targets = HERE) -> ProbeResult:
    """Say what one probe of the doctor's sees."""
    [probe] = [probe for probe in PROBES if probe.question.probe == name]
    with patch.object(probing, "LIMIT", WAIT_TIMEOUT):
        [finding] = probing.examine([probe], around)
    return finding.seen


def command(seen: ProbeResult) -> str:
    """Give the command of a fix, as root types it."""
    assert seen.fix, f"no command is offered: {seen}"
    return seen.fix.removeprefix("sudo ")


def repair(seen: ProbeResult) -> str:
    """Run the command of a fix in a shell, in the project's folder, with yes as the answer to questions."""
    done = subprocess.run(
        ["sh", "-c", command(seen)],
        cwd=PATHS.root,
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
