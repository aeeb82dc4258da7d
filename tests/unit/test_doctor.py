"""What the doctor finds where no engine answers, and how it is told."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import sys

import pytest

from workbench import cli, doctor
from workbench.doctor import Finding

pytestmark = [
    pytest.mark.usefixtures("no_engine", "late_sockets"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def finding(probe: str) -> Finding:
    [found] = [found for found in doctor.examine() if found.probe == probe]
    return found


def test_without_an_engine_the_other_probes_still_answer() -> None:
    assert [found.probe for found in doctor.examine()] == ["python", "disk", "port 5000", "engine"]


def test_a_missing_engine_is_found_with_its_fix() -> None:
    engine = finding("engine")
    assert not engine.ok
    assert engine.found.startswith("No Docker Engine answers at ")
    assert engine.fix == "Start one: ./tutorial start"


def test_the_python_that_runs_is_named() -> None:
    assert finding("python").found == f"Python {sys.version.split()[0]}"


def test_a_full_disk_is_found_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ENOUGH_DISK", 0)
    assert (finding("disk").ok, finding("disk").fix) == (True, "")
    monkeypatch.setattr(doctor, "ENOUGH_DISK", 1e18)
    assert not finding("disk").ok
    assert "docker system df" in finding("disk").fix


def test_a_port_that_is_taken_is_found_with_its_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setattr(doctor, "APP_PORT", port)
        assert f"(pid {os.getpid()})" in finding(f"port {port}").found
    assert finding(f"port {port}").found == "free"


def test_findings_are_told_with_cause_and_fix(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("NOT  engine: No Docker Engine answers"))
    assert lines[place + 1 :] == ["     Every step talks to an engine.", "     Start one: ./tutorial start"]
    assert any(line.startswith("ok   python: Python 3.") for line in lines[:place])


def test_programs_get_the_same_findings_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [set(found) for found in told] == [{"probe", "ok", "found", "why", "fix"}] * 4
    assert told[-1] == dataclasses.asdict(finding("engine"))


def test_where_all_is_well_the_exit_code_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "examine", lambda: [Finding("x", ok=True, found="well", why="so")])
    assert cli.main(["doctor"]) == 0
