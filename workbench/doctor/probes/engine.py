"""The engine: whether it answers, in which language, and who may talk to it."""

from __future__ import annotations

import getpass
import grp
import os
import shlex
import stat
from pathlib import Path

from docker.constants import DEFAULT_DOCKER_API_VERSION, MINIMUM_DOCKER_API_VERSION

from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine, current_context
from workbench.doctor.probing import Probe
from workbench.engine.client import EngineForbiddenError
from workbench.errors import TutorialError
from workbench.system.apt import as_root

UPDATE = "Install a newer Docker Engine: https://docs.docker.com/engine/install/"
LATER = "Then log out and in again: groups are read at login."


def answers(machine: Machine) -> ProbeResult:
    """Ask the engine what it is: ``docker version``."""
    try:
        version = machine.version()
    except TutorialError as error:
        return _not_reached(machine, error)
    return ProbeResult(
        "ok", f"Docker Engine {version['Version']}, API {version['ApiVersion']}, {version['Os']}/{version['Arch']}"
    )


def _not_reached(machine: Machine, error: TutorialError) -> ProbeResult:
    if "Not supported URL scheme" in str(error.__cause__):
        return ProbeResult(
            "problem", f"docker-py can't ask: {error.__cause__}", advice="Fix what docker-py says below."
        )
    if isinstance(error, EngineForbiddenError):
        return ProbeResult("problem", error.what, *_join(_socket(machine)))
    other = "That leads back to this machine's own engine. Or start the one that was meant."
    if os.environ.get("DOCKER_HOST"):
        return ProbeResult("problem", error.what, "unset DOCKER_HOST", other)
    context = current_context()
    if context.name != "default":
        where = f"{context.Host}, where the docker command's context {context.name} points"
        return ProbeResult("problem", f"No Docker Engine answers at {where}.", "docker context use default", other)
    return ProbeResult("problem", error.what, "./tutorial start")


def versions(machine: Machine) -> ProbeResult:
    """Compare the versions of the API that engine and docker-py speak."""
    version = machine.version()
    newest, oldest = version["ApiVersion"], version.get("MinAPIVersion") or "1.12"
    engine = f"The engine speaks API {oldest} to {newest}"
    client = f"docker-py {MINIMUM_DOCKER_API_VERSION} to {DEFAULT_DOCKER_API_VERSION}"
    if _number(newest) < _number(MINIMUM_DOCKER_API_VERSION):
        return ProbeResult("problem", f"{engine}, {client}: the engine is too old.", advice=UPDATE)
    if _number(oldest) > _number(DEFAULT_DOCKER_API_VERSION):
        fix = "pip install --upgrade docker"
        return ProbeResult("warning", f"{engine}, {client}: docker-py is older than the engine likes.", fix)
    return ProbeResult("ok", f"{engine}, {client}; they use {newest}")


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def permission(machine: Machine) -> ProbeResult:
    """Look at who may use the engine's socket: ``ls -l /var/run/docker.sock``."""
    if not machine.address.startswith("unix://"):
        return ProbeResult("ok", f"The engine is reached at {machine.address}, by no socket file")
    socket = _socket(machine)
    if not socket.exists():
        raise TutorialError(f"There is no {socket}: no engine has made it.", "See what engine says.")
    group = _group(socket)
    if not os.access(socket, os.R_OK | os.W_OK):
        found = f"{socket} belongs to the group {group}, and {_user()} may not use it."
        return ProbeResult("problem", found, *_join(socket))
    if socket.stat().st_mode & stat.S_IWOTH:
        found = f"Every user and program of this machine may give orders to the engine: {socket} is open to all."
        return ProbeResult("warning", found, as_root(shlex.join(["chmod", "o-rw", str(socket)])))
    return ProbeResult("ok", f"{_user()} may use {socket}, and its group {group}")


def _socket(machine: Machine) -> Path:
    return Path("/", machine.address.partition("://")[2])


def _join(socket: Path) -> tuple[str, str]:
    """Give the fix and the advice for a user who may not use the socket."""
    group = _group(socket)
    nobody_joins = group == "root" or group.isdecimal() or _user() == _nameless()
    if nobody_joins or not socket.stat().st_mode & stat.S_IWGRP:
        return "", f"No group that may be joined opens {socket}: ask who set the engine up, or work as its user."
    if _user() in grp.getgrnam(group).gr_mem:  # joined after the login, which is when groups are read
        return f"newgrp {group}", LATER
    return as_root(f"usermod -aG {group} {_user()}"), LATER


def _group(socket: Path) -> str:
    try:
        return socket.group()
    except KeyError:  # a socket from another system, whose groups are not known here
        return str(socket.stat().st_gid)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as containers have them
        return _nameless()


def _nameless() -> str:
    return f"user {os.geteuid()}"


PROBES = (
    Probe(Question("engine", "Does an engine answer?", "Every step talks to an engine.", needed=True), answers),
    Probe(
        Question(
            "api",
            "Do engine and docker-py speak one language?",
            "The cells talk to the engine by docker-py.",
            needed=True,
        ),
        versions,
    ),
    Probe(
        Question(
            "socket",
            "Who may use the engine's socket?",
            "Who may use it can do on this machine what root can: you need to, and few others should.",
        ),
        permission,
    ),
)
