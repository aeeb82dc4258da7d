"""The host ports that the journey would like to have, and who has them."""

from __future__ import annotations

import sys
from contextlib import suppress

import docker
import psutil
import requests

from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.probing import Look, Probe
from workbench.engine import ports
from workbench.engine.ports import PortHolder
from workbench.errors import TutorialError
from workbench.settings import APP_PORT, LAB_PORT, LOOPBACK
from workbench.system import processes
from workbench.system.apt import as_root

ANSWER = 2  # seconds that our own lab gets
LEAVE_IT = "It may be someone else's, and the next free port does as well."
AIRPLAY = "System Settings, General, AirDrop & Handoff: switch AirPlay Receiver off"


def app_port(machine: Machine) -> ProbeResult:
    """See who has the port of chapter 05."""
    return _look(machine, machine.around.app_port)


def lab_port(machine: Machine) -> ProbeResult:
    """See who has the port of the lab; our own lab may, and may run well on another."""
    port, ours = machine.around.lab_port, processes.running(machine.around.paths, "lab")
    if ours is None or ports.is_free(port):
        return _look(machine, port)
    listening = _listening(ours)
    if port in listening:
        return ProbeResult("ok", f"taken by this tutorial's own lab (pid {ours.pid})")
    if answering := next(filter(_answers, listening), None):
        holder = ports.holder(port, _client(machine))
        return ProbeResult("ok", f"taken by {holder}; this tutorial's lab runs on port {answering}, and answers")
    return _look(machine, port)


def _listening(process: psutil.Process) -> list[int]:
    """List the ports on which a process of ours takes connections."""
    with suppress(psutil.Error):  # it may end while we look
        return [one.laddr.port for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
    return []


def _answers(port: int) -> bool:
    """Tell whether a web server answers at a port, whatever it says."""
    with suppress(requests.RequestException):
        return bool(ports.http_get(f"http://{LOOPBACK}:{port}/", timeout=ANSWER, allow_redirects=False).status_code)
    return False


def _look(machine: Machine, port: int) -> ProbeResult:
    if ports.is_free(port):
        return ProbeResult("ok", "free")
    holder = ports.holder(port, _client(machine))
    whose = f" ({holder.whose})" if holder.whose else ""
    return ProbeResult(
        "warning", f"taken by {holder}{whose}: the next free port takes its place", *how_to_free(port, holder)
    )


def _client(machine: Machine) -> docker.DockerClient | None:
    try:
        return machine.client()
    except TutorialError:
        return None  # processes can be named without an engine


def how_to_free(port: int, holder: PortHolder, system: str = sys.platform) -> tuple[str, str]:
    """Say how to see who holds a port and, where that is this user's own, how to get it back: a command, and advice.

    The command is safe to copy: it ends nothing that may be someone else's.
    """
    if holder.kind == "container":
        if holder.ours:
            return f"docker stop {holder.name}", "A notebook of yours may still use it. docker start brings it back."
        return f"docker ps --filter name=^{holder.name}$", f"{LEAVE_IT} If it is yours: docker stop {holder.name}"
    if holder.kind == "process":
        look = f"ps -ww -o user,pid,lstart,args -p {holder.pid}"
        return look, f"Look what it is first. To end it: kill {holder.pid}" if holder.ours else LEAVE_IT
    if system == "darwin":
        return f"lsof -nP -iTCP:{port} -sTCP:LISTEN", f"That says who. If it is AirPlay: {AIRPLAY}."
    return as_root(f"ss -ltnp 'sport = :{port}'"), "That says who."


def _probe(port: int, why: str, look: Look) -> Probe:
    return Probe(Question(f"port {port}", f"Is host port {port} free?", why), look)


PROBES = (
    _probe(APP_PORT, "Chapter 05 publishes the program there; where it is taken, the next free one is used.", app_port),
    _probe(LAB_PORT, "The lab listens there; where it is taken, the next free one is used.", lab_port),
)
