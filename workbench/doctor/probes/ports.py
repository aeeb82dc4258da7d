"""The host ports that the journey would like to have, and who has them."""

from __future__ import annotations

import re
import sys

import docker

from workbench import ports, processes
from workbench.doctor.finding import Question, Seen
from workbench.doctor.machine import Machine
from workbench.doctor.probing import Look, Probe
from workbench.errors import TutorialError
from workbench.settings import APP_PORT, LAB_PORT

AIRPLAY = "System Settings, General, AirDrop & Handoff: switch AirPlay Receiver off"


def app_port(machine: Machine) -> Seen:
    """See who has the port of chapter 05."""
    return _look(machine, machine.around.app_port)


def lab_port(machine: Machine) -> Seen:
    """See who has the port of the lab; our own lab may."""
    ours = processes.running("lab")
    return _look(machine, machine.around.lab_port, ours.pid if ours else None)


def _look(machine: Machine, port: int, lab: int | None = None) -> Seen:
    if ports.is_free(port):
        return Seen("ok", "free")
    holder = ports.holder(port, _client(machine))
    if lab is not None and f"(pid {lab})" in holder:
        return Seen("ok", f"taken by this tutorial's own lab, {holder}")
    found = f"taken by {holder}: the next free port takes its place"
    return Seen("warning", found, how_to_free(port, holder))


def _client(machine: Machine) -> docker.DockerClient | None:
    try:
        return machine.client()
    except TutorialError:
        return None  # processes can be named without an engine


def how_to_free(port: int, holder: str, system: str = sys.platform) -> str:
    """Say how to get a port back from who holds it, where that is wished."""
    if holder.startswith("container "):
        return f"docker stop {holder.split(' ', 1)[1]}"
    if pid := re.search(r"\(pid (\d+)\)", holder):
        return f"kill {pid[1]}\nOnly if you know that program, and don't need it."
    if system == "darwin":
        return f"If it is AirPlay: {AIRPLAY}. Else see who: lsof -nP -iTCP:{port} -sTCP:LISTEN"
    return f"See who: sudo ss -ltnp 'sport = :{port}'"


def _probe(port: int, why: str, look: Look) -> Probe:
    return Probe(Question(f"port {port}", f"Is host port {port} free?", why), look)


PROBES = (
    _probe(APP_PORT, "Chapter 05 publishes the program there; where it is taken, the next free one is used.", app_port),
    _probe(LAB_PORT, "The lab listens there; where it is taken, the next free one is used.", lab_port),
)
