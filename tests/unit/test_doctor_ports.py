"""Who has a host port, and how to get it back."""

from __future__ import annotations

import os
import socket

import psutil
import pytest

from workbench import processes
from workbench.doctor import Surroundings
from workbench.doctor.probes import ports as probes

from . import machines


@pytest.mark.parametrize(
    ("holder", "system", "fix"),
    [
        ("container web", "linux", "docker stop web"),
        ("process nginx (pid 812)", "linux", "kill 812"),
        ("another program", "linux", "ss -ltnp 'sport = :5000'"),
        ("another program", "darwin", "lsof -nP -iTCP:5000 -sTCP:LISTEN"),
    ],
)
def test_how_a_port_is_got_back(holder: str, system: str, fix: str) -> None:
    command, advice = probes.how_to_free(5000, holder, system)
    assert command.removeprefix("sudo ") == fix
    assert advice


def test_on_macos_it_may_be_airplay() -> None:
    _, advice = probes.how_to_free(5000, "another program", "darwin")
    assert "AirPlay Receiver off" in advice
    assert "AirPlay" not in probes.how_to_free(5000, "another program", "linux")[1]


def test_a_process_is_named_also_without_an_engine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = machines.machine(around=Surroundings(app_port=listener.getsockname()[1]))
        seen = probes.app_port(made)
    assert seen.state == "warning"
    assert f"(pid {os.getpid()})" in seen.found
    assert probes.app_port(made).found == "free"


def test_our_own_lab_may_have_the_port_of_the_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "running", lambda name: psutil.Process() if name == "lab" else None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen = probes.lab_port(machines.machine(around=Surroundings(lab_port=listener.getsockname()[1])))
    assert seen.state == "ok"
    assert seen.found.startswith("taken by this tutorial's own lab, process ")


def test_a_lab_that_listens_elsewhere_does_not_have_this_port(monkeypatch: pytest.MonkeyPatch) -> None:
    other = psutil.Process(1)
    monkeypatch.setattr(processes, "running", lambda _name: other)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen = probes.lab_port(machines.machine(around=Surroundings(lab_port=listener.getsockname()[1])))
    assert seen.state == "warning"
    assert "own lab" not in seen.found
