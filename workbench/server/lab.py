"""JupyterLab in the background, with the book on the same address, behind one login."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import requests

from workbench.engine import ports
from workbench.errors import TutorialError
from workbench.settings import LAB_PORT, LOOPBACK, Paths
from workbench.system import processes
from workbench.system.files import kept_secret, write_atomically
from workbench.system.waiting import wait_until
from workbench.text import say

LAB = "lab"
START_TIMEOUT = 60  # seconds that the server gets until it answers

OPTIONS = (
    "--no-browser",
    f"--ServerApp.ip={LOOPBACK}",
    "--ServerApp.port_retries=0",
    # As root, since an engine that we start ourselves runs as root too.
    "--ServerApp.allow_root=True",
    "--ServerApp.jpserver_extensions={'workbench.server.extension': True}",
    # A link on another site opens no page of ours with the student's login.
    "--IdentityProvider.cookie_options={'samesite': 'Strict'}",
    # Any user can connect to a TCP port. workbench.server.extension chooses the folder for the sockets.
    "--KernelManager.transport=ipc",
    # In seconds. A page ends its kernel when it is left; this is for the laptop that was closed and never came back.
    "--MappingKernelManager.cull_idle_timeout=43200",
    # Nothing on the page asks another host for anything.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


@dataclass(frozen=True)
class Access:
    """What only the student's browser gets to know: a token, a host name, and a path.

    A browser sends a cookie to each port of a host. So the login cookie belongs to a host name that no page can guess,
    and not to 127.0.0.1, where the student's containers answer too. It also belongs to a path, so it stays with
    the lab where the name is known, or isn't used.
    """

    token: str

    @property
    def name(self) -> str:
        """Host name; browsers and curl look for every name below ``localhost`` on this machine."""
        return f"{self._derived('name')}.localhost"

    @property
    def base(self) -> str:
        """Path of the server, with a slash at both ends."""
        return f"/{self._derived('path')}/"

    def config(self) -> str:
        """Write Jupyter's configuration file."""
        settings = {
            "IdentityProvider": {"token": self.token},
            "ServerApp": {
                "base_url": self.base,
                "local_hostnames": ["localhost", self.name],
                "tornado_settings": {
                    "xsrf_cookie_kwargs": {"path": self.base, "samesite": "Strict"},
                    # A page of the book is read over SSH, too.
                    "compress_response": True,
                },
            },
        }
        return json.dumps(settings, indent=2)

    def _derived(self, purpose: str) -> str:
        """Give 80 bits that tell nothing about the token or about each other."""
        return hashlib.sha256(f"{purpose} {self.token}".encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Addresses:
    """Where to open the book and the lab, with the token that logs in.

    Attributes
    ----------
    book, lab : str
        With a host name of the lab's own.
    plain : str
        The book again, at 127.0.0.1, for a browser that can't find that name.
    port : int
    """

    book: str
    lab: str
    plain: str
    port: int


def start(paths: Paths, port: int | None = None) -> Addresses:
    """Start the server where it doesn't run yet, and wait until the book and the lab both answer.

    Parameters
    ----------
    paths : Paths
    port : int, optional
        Port on 127.0.0.1; without it the one of last time, else 8888 or the next free one.
    """
    access = Access(kept_secret(paths.state / "lab.token"))
    if processes.running(paths, LAB) and not _knows(paths, access):
        say("Restarting the lab, since its token or its settings have changed.")
        processes.stop(paths, LAB)
    if processes.running(paths, LAB) is None:
        _launch(paths, _choose(paths, port), access)
    elif port not in (None, _kept_port(paths)):
        raise TutorialError(
            f"The lab runs already, on port {_kept_port(paths)}.",
            f"To move it: ./tutorial stop && ./tutorial start --port {port}",
        )
    return _wait_until_both_answer(paths, access)


def _port_file(paths: Paths) -> Path:
    return paths.state / "lab.port"


def _config_file(paths: Paths) -> Path:
    """Give the file that holds the secrets, so that the command line doesn't, which any user can read."""
    return paths.state / "lab.json"


def _kept_port(paths: Paths) -> int | None:
    try:
        return int(_port_file(paths).read_text())
    except (FileNotFoundError, ValueError):
        return None


def _choose(paths: Paths, port: int | None) -> int:
    first = port or _kept_port(paths) or LAB_PORT
    chosen = next(ports.free_ports(first))
    if chosen != first:
        say(f"Port {first} is taken by {ports.holder(first)}: the lab uses {chosen}.")
    paths.state.mkdir(exist_ok=True)
    _port_file(paths).write_text(str(chosen))
    return chosen


def _launch(paths: Paths, port: int, access: Access) -> None:
    config = _config_file(paths)
    write_atomically(config, access.config(), mode=0o600)
    options = (*OPTIONS, f"--ServerApp.root_dir={paths.work}", f"--config={config}", f"--ServerApp.port={port}")
    processes.start(paths, LAB, [sys.executable, "-m", "jupyterlab", *options])


def _knows(paths: Paths, access: Access) -> bool:
    """Tell whether the lab was started with this token."""
    config = _config_file(paths)
    return config.exists() and config.read_text() == access.config()


def _wait_until_both_answer(paths: Paths, access: Access) -> Addresses:
    port = _kept_port(paths) or 0
    server, named = (f"http://{host}:{port}{access.base}" for host in (LOOPBACK, access.name))

    def outcome() -> str:
        if not processes.running(paths, LAB):
            return "ended"
        return "up" if _answers(server, access, "lab") and _answers(server, access, "book/") else ""

    if wait_until(outcome, START_TIMEOUT) == "up":
        book, lab = f"book/?token={access.token}", f"lab?token={access.token}"
        return Addresses(f"{named}{book}", f"{named}{lab}", f"{server}{book}", port)
    tail = "\n".join(processes.log_file(paths, LAB).read_text(errors="replace").splitlines()[-8:])
    raise TutorialError(
        f"JupyterLab does not answer at http://{LOOPBACK}:{port}. Its last lines:\n{tail}",
        f"The whole log: {processes.log_file(paths, LAB)}",
    )


def _answers(server: str, access: Access, page: str) -> bool:
    # Python leaves it to the system to find names below localhost, and not every system does.
    headers = {"Host": access.name}
    try:
        return ports.http_get(f"{server}{page}", params={"token": access.token}, headers=headers, timeout=10).ok
    except (requests.ConnectionError, requests.Timeout):
        return False
