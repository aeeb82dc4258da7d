"""JupyterLab in the background, with the book on the same address, behind one login."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass

import requests

from workbench import ports, processes
from workbench.errors import TutorialError
from workbench.files import kept_secret
from workbench.settings import LAB_PORT, LOOPBACK, STATE, WORK
from workbench.text import say

LAB = "lab"
PATIENCE = 60  # seconds that the server gets until it answers
PORT_FILE = STATE / "lab.port"
TOKEN_FILE = STATE / "lab.token"

OPTIONS = (
    "--no-browser",
    f"--ServerApp.ip={LOOPBACK}",
    "--ServerApp.port_retries=0",
    f"--ServerApp.root_dir={WORK}",
    # As root, since an engine that we start ourselves runs as root too.
    "--ServerApp.allow_root=True",
    "--ServerApp.jpserver_extensions={'workbench.server': True}",
    # A page of the book is read over SSH, too.
    "--ServerApp.tornado_settings={'compress_response': True}",
    # In seconds. A page ends its kernel when it is left; this is for the laptop that was closed and never came back.
    "--MappingKernelManager.cull_idle_timeout=43200",
    # Nothing on the page asks another host for anything.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


@dataclass(frozen=True)
class Addresses:
    """Where to open the book and the lab, with the token that logs in."""

    book: str
    lab: str
    port: int


def start(port: int | None = None) -> Addresses:
    """Start the server where it doesn't run yet, and wait until the book and the lab both answer.

    Parameters
    ----------
    port : int, optional
        Port on 127.0.0.1; without it the one of last time, else 8888 or the next free one.
    """
    if processes.running(LAB) is None:
        _launch(_choose(port))
    elif port not in (None, _kept_port()):
        raise TutorialError(
            f"The lab runs already, on port {_kept_port()}.",
            f"To move it: ./tutorial stop && ./tutorial start --port {port}",
        )
    return _wait_until_both_answer()


def _kept_port() -> int | None:
    try:
        return int(PORT_FILE.read_text())
    except (FileNotFoundError, ValueError):
        return None


def _choose(port: int | None) -> int:
    first = port or _kept_port() or LAB_PORT
    chosen = next(ports.free_ports(first))
    if chosen != first:
        say(f"Port {first} is taken by {ports.holder(first)}: the lab uses {chosen}.")
    STATE.mkdir(exist_ok=True)
    PORT_FILE.write_text(str(chosen))
    return chosen


def _launch(port: int) -> None:
    # By the environment, since anybody on the machine can read a command line.
    environment = {**os.environ, "JUPYTER_TOKEN": kept_secret(TOKEN_FILE)}
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.port={port}"]
    processes.start(LAB, command, environment)


def _wait_until_both_answer() -> Addresses:
    port, token = _kept_port(), kept_secret(TOKEN_FILE)
    server = f"http://{LOOPBACK}:{port}"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and processes.running(LAB):
        try:
            if all(
                ports.http_get(f"{server}/{page}", params={"token": token}, timeout=10).ok for page in ("lab", "book/")
            ):
                return Addresses(f"{server}/book/?token={token}", f"{server}/lab?token={token}", port or 0)
        except (requests.ConnectionError, requests.Timeout):
            pass
        time.sleep(0.2)
    tail = "\n".join(processes.log_file(LAB).read_text(errors="replace").splitlines()[-8:])
    raise TutorialError(
        f"JupyterLab does not answer at {server}. Its last lines:\n{tail}",
        f"The whole log: {processes.log_file(LAB)}",
    )
