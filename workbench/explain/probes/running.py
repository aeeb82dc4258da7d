"""Probes of a container that has ended or refuses something."""

from __future__ import annotations

import difflib
import json
import re
import shlex
import time
from typing import Any

from docker.errors import NotFound

from workbench.engine.labels import whose
from workbench.explain.proof import Case, Proof
from workbench.system.waiting import wait_until

TERM, KILL = "15", "9"
HEARSAY = 2  # seconds that the engine may take to hear why a program was killed
SHELL = ["/bin/sh", "-c"]
SYNTAX = re.compile(r"[$&|;<>()`*?~#]|^\s*\w+=")  # what only a shell understands
TANGLED = re.compile(r"['\"\\|]|[;&]\s*$")  # && in quotes ends no command; after a pipe, who is the program?
EXEC = re.compile(r"(?:^|[;&])\s*exec\b")
LAST = re.compile(r"^(.*(?:&&|;)\s*)?((?:\w+=\S*\s+)*)")  # all that stands before the last command


def out_of_memory(case: Case) -> Proof:
    """Ask the engine whether it was the memory limit."""
    limit = case.container["HostConfig"]["Memory"]
    heard = _heard_of_lack(case) if limit else bool(case.container["State"]["OOMKilled"])
    names = {"container": _name(case.container), "memory": f"{max(2 * limit // 2**20, 512)}m"}
    allowed = f"a memory limit of {limit / 2**20:.0f} MB" if limit else "no memory limit"
    found = f"OOMKilled is {str(heard).lower()}, and the container has {allowed}."
    if not heard and _missed_lack(case):
        return Proof(True, f"{found} It ended by signal 9, and the engine sent it none.", names)
    return Proof(heard, found, names)


def _heard_of_lack(case: Case) -> bool:
    """Look until the engine has heard of the reason, which on a busy machine comes after the end."""

    def heard() -> bool:
        return bool(case.client.api.inspect_container(case.evidence.container)["State"]["OOMKilled"])

    return wait_until(heard, HEARSAY)


def _missed_lack(case: Case) -> bool:
    """Tell whether a container with a memory limit ended without a signal of the engine.

    An engine may never hear that the kernel has killed a program, and then says OOMKilled=false. How a container ended
    long ago it has forgotten; then this is False.
    """
    actions = [event["Action"] for event in _events(case)]
    return bool(case.container["HostConfig"]["Memory"]) and "die" in actions and "kill" not in actions


def shell_was_asked(case: Case) -> Proof:
    """See that a container which was asked to stop began with a shell."""
    command = [case.container["Path"], *case.container["Args"]]
    if command[:2] != SHELL or EXEC.search(command[2]):
        return Proof(False, f"its first process is no shell, but what {command} starts.")
    asked = asked_to_stop(case)
    found = f"its first process is a shell with the line {command[2]}; {asked.found}"
    return Proof(asked.confirmed, found, {**asked.names, **_without_shell(command[2])})


def _without_shell(line: str) -> dict[str, str]:
    """Write a CMD in which the program takes the shell's place; nothing where that takes more than a glance."""
    if not SYNTAX.search(line):
        return {"command": json.dumps(shlex.split(line))}
    if TANGLED.search(line):
        return {}
    return {"command": LAST.sub(r"\1\2exec ", line, count=1)}


def asked_to_stop(case: Case) -> Proof:
    """Look in the engine's events for a SIGTERM that was followed by a SIGKILL."""
    signals = _signals(case)
    names = {"container": _name(case.container), "image": case.container["Config"]["Image"]}
    if not signals:
        return Proof(None, "the engine doesn't remember any more which signals it sent.", names)
    both = TERM in signals and KILL in signals
    return Proof(both, f"the engine sent it signal {' and then '.join(dict.fromkeys(signals))}.", names)


def killed(case: Case) -> Proof:
    """See that it was not the container's memory limit."""
    names = {"container": _name(case.container)}
    if case.container["State"]["OOMKilled"] or _missed_lack(case):
        return Proof(False, "it was the memory limit.", names)
    return Proof(
        case.container["State"]["ExitCode"] == 128 + int(KILL),
        "it ended by signal 9, and not by its memory limit.",
        names,
    )


def ended_with(case: Case) -> Proof:
    """Read the exit code that the engine has kept."""
    code = case.container["State"]["ExitCode"]
    return Proof(code == case.evidence.exit_code, f"its exit code is {code}.", {"container": _name(case.container)})


def read_only(case: Case) -> Proof:
    """See whether the container's files, or a mount, are read-only."""
    if case.container["HostConfig"]["ReadonlyRootfs"]:
        return Proof(True, "the container was started with --read-only.")
    mounts = [mount["Destination"] for mount in case.container["Mounts"] if not mount["RW"]]
    if mounts:
        return Proof(True, f"{mounts[0]} is mounted read-only.")
    return Proof(False, "the container may write to its files and mounts.")


def small_disk(case: Case) -> Proof:
    """See whether a mount in memory has a size."""
    sized = {
        path: options
        for path, options in (case.container["HostConfig"].get("Tmpfs") or {}).items()
        if "size=" in options
    }
    if not sized:
        return Proof(False, "the container has no mount with a size.")
    path, options = next(iter(sized.items()))
    size = next(option for option in options.split(",") if option.startswith("size="))
    return Proof(True, f"{path} is a mount in memory, with {size}.", {"folder": path})


def other_user(case: Case) -> Proof:
    """See as whom the program runs."""
    user = case.container["Config"]["User"]
    return Proof(user not in ("", "0", "root"), f"the program runs as the user {user or 'root'}.", {"user": user})


def no_module(case: Case) -> Proof:
    """Look for a module in the image."""
    module = case.name("module").partition(".")[0]
    code = "import importlib.util, sys; print(importlib.util.find_spec(sys.argv[1]) is not None)"
    there = case.inside("python", "-c", code, module).strip() == "True"
    return Proof(not there, f"the Python of the image has {'a' if there else 'no'} module {module}.")


def not_running(case: Case) -> Proof:
    """Read the state of the container."""
    state = _inspect(case)
    if state is None:
        return Proof(False, "that container is gone.")
    status = state["State"]["Status"]
    return Proof(status != "running", f"its state is {status}.", {"container": _name(state)})


def running(case: Case) -> Proof:
    """See that the container runs."""
    state = _inspect(case)
    if state is None:
        return Proof(False, "that container is gone.")
    status = state["State"]["Status"]
    return Proof(status == "running", f"{_name(state)} ({whose(state)}) is {status}.", {"container": _name(state)})


def no_container(case: Case) -> Proof:
    """Look for the container, and for one of nearly that name."""
    wanted = case.name("container")
    names = [str((one["Names"] or ["/"])[0]).lstrip("/") for one in case.client.api.containers(all=True)]
    if wanted in names or _inspect(case):
        return Proof(False, f"a container {wanted} is there now.")
    nearest = difflib.get_close_matches(wanted, names, n=1)
    like = f"; the nearest name is {nearest[0]}" if nearest else ""
    return Proof(True, f"no container has that name or ID{like}.", {"right_name": nearest[0]} if nearest else {})


def used_by(case: Case) -> Proof:
    """Find out what the container is called that uses the image."""
    state = _inspect(case)
    if state is None:
        return Proof(False, "that container is gone.")
    name = _name(state)
    found = f"the container is called {name} ({whose(state)}), and it is {state['State']['Status']}."
    return Proof(True, found, {"container": name})


def no_network(case: Case) -> Proof:
    """Look for the network."""
    names = [network["Name"] for network in case.client.api.networks()]
    there = case.name("network") in names
    return Proof(not there, f"the engine has {'a' if there else 'no'} network {case.name('network')}.")


def _inspect(case: Case) -> dict[str, Any] | None:
    try:
        return dict(case.client.api.inspect_container(case.name("container")))
    except NotFound:
        return None


def _name(container: dict[str, Any]) -> str:
    return str(container["Name"]).lstrip("/")


def _signals(case: Case) -> list[str]:
    """Give the signals that the engine has sent to the container, the first one first."""
    sent = [event for event in _events(case) if event["Action"] == "kill"]
    return [str(event["Actor"]["Attributes"].get("signal")) for event in sent]


def _events(case: Case) -> list[dict[str, Any]]:
    """Give the signals and ends of the container, as far as the engine remembers: a few hundred events."""
    chosen = {"container": case.container["Id"], "event": ["kill", "die"]}
    return list(case.client.events(since=1, until=int(time.time()) + 1, filters=chosen, decode=True))


def file_elsewhere(case: Case) -> Proof:
    """Look for the file in all of the image."""
    file = case.name("file")
    name = file.rpartition("/")[2]
    found = case.inside("sh", "-c", 'find / -xdev -name "$0" 2>/dev/null | head -3', name).split()
    where = f"in {found[0]}" if found else "nowhere"
    return Proof(True, f"a file {name} is {where} in the image.", {"place": found[0]} if found else {})


def own_module_elsewhere(case: Case) -> Proof:
    """Look for the file or folder in all of the image."""
    name = case.name("module").partition(".")[0]
    found = case.inside(
        "sh", "-c", 'find / -xdev \\( -name "$0.py" -o -type d -name "$0" \\) 2>/dev/null | head -3', name
    )
    places = [place for place in found.split() if "/lib/" not in place and not place.startswith("/proc")]
    folder = case.client.images.get(case.image).attrs["Config"]["WorkingDir"] or "/"
    there = places[0] if places else f"nothing called {name} that is your own"
    return Proof(True, f"the image has {there}, and its working directory is {folder}.")
