"""Who has a host port, and how to get it back."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psutil
import pytest

from tests.unit import machines
from workbench.doctor import ProbeResult, Targets
from workbench.doctor.probes import ports as probes
from workbench.engine.ports import PortHolder
from workbench.system import processes

THEIRS = PortHolder("process", "nginx", 812, "of the user www-data, since 2024-10-07 09:30")
MINE = replace(THEIRS, whose="of the user student, which is you, since 2024-10-07 09:30", ours=True)
FOREIGN = PortHolder("container", "web", whose="of the image nginx, since 2024-10-07 09:30, not made by this tutorial")


@pytest.mark.parametrize(
    ("holder", "system", "fix", "advice"),
    [
        (replace(FOREIGN, ours=True), "linux", "docker stop web", "docker start brings it back"),
        (FOREIGN, "linux", "docker ps --filter name=^web$", "It may be someone else's"),
        (MINE, "linux", "ps -ww -o user,pid,lstart,args -p 812", "Look what it is first. To end it: kill 812"),
        (THEIRS, "linux", "ps -ww -o user,pid,lstart,args -p 812", "It may be someone else's"),
        (PortHolder(), "linux", "ss -ltnp 'sport = :5000'", "That says who."),
        (PortHolder(), "darwin", "lsof -nP -iTCP:5000 -sTCP:LISTEN", "That says who."),
    ],
    ids=str,
)
def test_how_a_port_is_got_back(holder: PortHolder, system: str, fix: str, advice: str) -> None:
    command, said = probes.how_to_free(5000, holder, system)
    assert command.removeprefix("sudo ") == fix
    assert advice in said
    assert ("kill" in said) is (holder is MINE), "nothing ends what is another user's"


def test_on_macos_it_may_be_airplay() -> None:
    _, advice = probes.how_to_free(5000, PortHolder(), "darwin")
    assert "AirPlay Receiver off" in advice
    assert "AirPlay" not in probes.how_to_free(5000, PortHolder(), "linux")[1]


def test_a_process_is_named_also_without_an_engine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = machines.machine(around=Targets(app_port=listener.getsockname()[1]))
        seen = probes.app_port(made)
    assert seen.state == "warning"
    assert f"(pid {os.getpid()})" in seen.found
    assert probes.app_port(made).found == "free"


@pytest.fixture(name="lab")
def fixture_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process pass for the lab."""
    monkeypatch.setattr(processes, "running", lambda _paths, name: psutil.Process() if name == "lab" else None)


def look(port: int) -> ProbeResult:
    return probes.lab_port(machines.machine(around=Targets(lab_port=port)))


@pytest.mark.usefixtures("lab")
def test_our_own_lab_may_have_the_port_of_the_lab() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen = look(listener.getsockname()[1])
    assert seen == ProbeResult("ok", f"taken by this tutorial's own lab (pid {os.getpid()})")


ANSWERS = "import http.server as h; s = h.HTTPServer(('127.0.0.1', 0), h.SimpleHTTPRequestHandler);"
ANSWERS += "print(s.server_port, flush=True); s.serve_forever()"
SILENT = "import socket, time; s = socket.create_server(('127.0.0.1', 0));"
SILENT += "print(s.getsockname()[1], flush=True); time.sleep(300)"


@contextmanager
def program(code: str) -> Iterator[tuple[int, int]]:
    """Run a program that listens; give its pid and its port."""
    with subprocess.Popen([sys.executable, "-I", "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
        process.kill()


@pytest.fixture(name="stranger")
def fixture_stranger() -> Iterator[int]:
    """Let another program have a port."""
    with program(ANSWERS) as (_pid, port):
        yield port


def pass_for_the_lab(pid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "running", lambda _paths, name: psutil.Process(pid) if name == "lab" else None)


def test_a_port_that_the_lab_does_not_need_is_left_alone(stranger: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with program(ANSWERS) as (lab, port):
        pass_for_the_lab(lab, monkeypatch)
        seen = look(stranger)
    assert seen.state == "ok"
    assert seen.found.startswith("taken by process ")
    assert seen.found.endswith(f"; this tutorial's lab runs on port {port}, and answers")
    assert seen.fix == seen.advice == ""


def test_a_lab_that_does_not_answer_elsewhere_is_not_said_to_run_well(
    stranger: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "ANSWER", 0.1)
    with program(SILENT) as (lab, _port):
        pass_for_the_lab(lab, monkeypatch)
        seen = look(stranger)
    assert seen.state == "warning"
    assert "lab" not in seen.found
