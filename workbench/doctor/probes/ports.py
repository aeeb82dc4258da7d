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
from workbench.packages import as_root
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
    return Seen("warning", f"taken by {holder}: the next free port takes its place", *how_to_free(port, holder))


def _client(machine: Machine) -> docker.DockerClient | None:
    try:
        return machine.client()
    except TutorialError:
        return None  # processes can be named without an engine


def how_to_free(port: int, holder: str, system: str = sys.platform) -> tuple[str, str]:
    """Say how to get a port back from who holds it, where that is wished: a command, and advice."""
    if holder.startswith("container "):
        return f"docker stop {holder.split(' ', 1)[1]}", "Only if you don't need it now; docker start brings it back."
    if pid := re.search(r"\(pid (\d+)\)", holder):
        return f"kill {pid[1]}", "Only if you know that program, and don't need it."
    if system == "darwin":
        return f"lsof -nP -iTCP:{port} -sTCP:LISTEN", f"That says who. If it is AirPlay: {AIRPLAY}."
    return as_root(f"ss -ltnp 'sport = :{port}'"), "That says who."


def _probe(port: int, why: str, look: Look) -> Probe:
    return Probe(Question(f"port {port}", f"Is host port {port} free?", why), look)


PROBES = (
    _probe(APP_PORT, "Chapter 05 publishes the program there; where it is taken, the next free one is used.", app_port),
    _probe(LAB_PORT, "The lab listens there; where it is taken, the next free one is used.", lab_port),
)
