"""Probes of the way to a program in a container: which door it has, and where it listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from docker.errors import APIError, NotFound

from workbench.engine.labels import lesson_labels
from workbench.explain.proof import CannotTellError, Case, Proof
from workbench.settings import LABEL, LESSON, LOOPBACK, SERVICE, SESSION_LABEL

LISTENS = "0A"  # a state in /proc/net/tcp
OWN = ("0100007F", "00000000000000000000000001000000")  # 127.0.0.1 and ::1, as that file writes them
NAMES = "0B00007F"  # 127.0.0.11, where Docker answers for names


@dataclass(frozen=True)
class ListeningPorts:
    """Where programs in a container listen.

    Attributes
    ----------
    all : frozenset of int
        Ports that listen on every address, or on one that can be reached from outside.
    own : frozenset of int
        Ports that listen on the container's own loopback only.
    """

    all: frozenset[int]
    own: frozenset[int]

    def __str__(self) -> str:
        places = [f"port {port}" for port in sorted(self.all)] + [f"127.0.0.1:{port}" for port in sorted(self.own)]
        return f"listens on {' and '.join(places)}" if places else "listens nowhere"


def only_inside(case: Case) -> Proof:
    """See whether the program listens on the container's own loopback only."""
    container, port = _behind(case)
    heard = _listening(case, container)
    confirmed = port in heard.own and port not in heard.all
    return Proof(confirmed, f"in container {_name(container)}, the program {heard}.", {"inside": str(port)})


def other_port(case: Case) -> Proof:
    """See whether the program listens on another port than the one that is published."""
    container, port = _behind(case)
    heard = _listening(case, container)
    confirmed = bool(heard.all) and port not in heard.all | heard.own
    names = {
        "inside": str(min(heard.all, default="")),
        "published": str(port),
        "image": container["Config"]["Image"],
    }
    names["port"] = case.names.get("port") or _published(container)[0][0]
    return Proof(confirmed, f"container {_name(container)} publishes its port {port}, and the program {heard}.", names)


def not_up(case: Case) -> Proof:
    """See whether the program listens by now."""
    container, port = _behind(case)
    heard = _listening(case, container)
    if _answers(int(case.name("port"))):
        return Proof(True, "it answers now, so it wasn't up yet.")
    confirmed = not heard.all and not heard.own
    return Proof(
        confirmed, f"container {_name(container)} runs, and the program in it {heard} so far.", {"inside": str(port)}
    )


def ended(case: Case) -> Proof:
    """Look for a container that has ended and that published the port."""
    for container in _containers(case, "exited"):
        if case.name("port") in [host for host, _ in _published(container)]:
            code = container["State"]["ExitCode"]
            found = f"container {_name(container)}, which publishes that port, has ended with exit code {code}."
            return Proof(True, found, {"container": _name(container)})
    return Proof(False, "no container that has ended published that port.")


def other_door(case: Case) -> Proof:
    """Look for a container whose port comes out at another host port."""
    port = case.name("port")
    for container in _containers(case, "running"):
        for host, inside in _published(container):
            if inside == port and host != port:
                found = f"container {_name(container)} publishes its port {inside} at host port {host}."
                return Proof(True, found, {"host_port": host})
    return Proof(False, f"no container publishes its port {port} at another host port.")


def no_door(case: Case) -> Proof:
    """Look for a container that listens and publishes nothing."""
    port = int(case.name("port"))
    for container in _containers(case, "running"):
        heard = ListeningPorts(frozenset(), frozenset())
        with suppress(APIError):  # it ends, or has no program to look with
            heard = heard if _published(container) else _listening(case, container)
        # Whatever else listens on this machine, on a port of its own, is not what was asked for.
        if port in heard.all or (heard.all and _is_lesson(container) and _is_about_us(case)):
            inside = str(port if port in heard.all else min(heard.all))
            names = {"inside": inside, "image": container["Config"]["Image"], "container": _name(container)}
            return Proof(True, f"in container {_name(container)}, a program {heard}, and no port is published.", names)
    return Proof(False, "no running container listens without a published port.")


def _behind(case: Case) -> tuple[dict[str, Any], int]:
    """Give the container that publishes the host port, and its own port."""
    if "port" not in case.names:
        published = _published(case.container)
        if not published:
            raise CannotTellError("the container publishes no port.")
        return case.container, int(published[0][1])
    for container in _containers(case, "running"):
        for host, inside in _published(container):
            if host == case.name("port"):
                return container, int(inside)
    raise CannotTellError(f"no running container publishes host port {case.name('port')}.")


def _containers(case: Case, status: str) -> Iterator[dict[str, Any]]:
    """Yield the containers in a state, the newest first, without our own services and other runs of notebooks."""
    session = case.evidence.session
    mine = lesson_labels(session)[SESSION_LABEL]
    for one in case.client.api.containers(all=True, filters={"status": [status]}):
        elsewhere = session and one["Labels"].get(SESSION_LABEL, mine) != mine
        if elsewhere or one["Labels"].get(LABEL) == SERVICE:
            continue
        with suppress(NotFound):  # removed meanwhile
            yield dict(case.client.api.inspect_container(one["Id"]))


def _is_about_us(case: Case) -> bool:
    """Tell whether it happened in a notebook, to a container or to curl, and isn't some program's own text."""
    evidence = case.evidence
    return evidence.raised or evidence.in_containers or bool(evidence.session) or "curl: (7)" in evidence.text


def _is_lesson(container: dict[str, Any]) -> bool:
    return bool(container["Config"]["Labels"].get(LABEL) == LESSON)


def _published(container: dict[str, Any]) -> list[tuple[str, str]]:
    """Give each published port as a host port and a container port."""
    ports = container["NetworkSettings"].get("Ports") or container["HostConfig"].get("PortBindings") or {}
    return [
        (bound["HostPort"], inside.partition("/")[0])
        for inside, bindings in ports.items()
        for bound in bindings or []
        if inside.endswith("/tcp")
    ]


def _listening(case: Case, container: dict[str, Any]) -> ListeningPorts:
    """Read in the container where its programs listen."""
    asked = case.client.api.exec_create(container["Id"], ["cat", "/proc/net/tcp", "/proc/net/tcp6"])
    table = case.client.api.exec_start(asked["Id"]).decode()
    sockets = [line.split()[1].split(":") for line in table.splitlines() if f" {LISTENS} " in line]
    ports = {(address, int(port, 16)) for address, port in sockets if address != NAMES}
    return ListeningPorts(
        frozenset(port for address, port in ports if address not in OWN),
        frozenset(port for address, port in ports if address in OWN),
    )


def _answers(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _name(container: dict[str, Any]) -> str:
    return str(container["Name"]).lstrip("/")
