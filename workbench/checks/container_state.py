"""What the engine and the kernel say of a container: whether it runs, its program, the ports it listens on."""

from __future__ import annotations

from pathlib import PurePosixPath

from docker.models.containers import Container

from workbench.checks.engine_state import run_inside

# What the kernel writes into these is the same in every image; cat is the one program that it takes.
SOCKETS = ["/bin/cat", "/proc/net/tcp", "/proc/net/tcp6"]
COMMAND = ["/bin/cat", "/proc/1/cmdline"]
LISTENS = "0A"  # how the kernel writes the state of a socket that takes connections
# As the kernel writes them: 127.0.0.1 and ::1, in hexadecimal and with the bytes of each word turned round.
OWN_ONLY = {"0100007F", "00000000000000000000000001000000"}
RESOLVER = "0B00007F"  # 127.0.0.11, where Docker itself answers for names
SHELLS = {"sh", "bash", "dash", "ash"}


def not_running(container: Container) -> str:
    """Say why a container doesn't run, and ask what leads on; empty where it runs."""
    name, state = container.name, container.attrs["State"]
    if container.status == "running":
        return ""
    if container.status == "created" and state["Error"]:
        why = state["Error"].rpartition(": ")[2]
        return f"container {name} was made, but never ran: {why}. What has to change before it can start?"
    if container.status == "created":
        return f"container {name} was made, but never started. Which command starts it?"
    if container.status == "paused":
        return f"container {name} is paused, so its program does nothing. Which command lets it go on?"
    code = state["ExitCode"]
    if container.status == "restarting":
        return f"container {name} keeps ending with exit code {code}, and Docker restarts it. What does its log say?"
    return f"container {name} has ended with exit code {code}. What does its log say last?"


def listening(container: Container) -> dict[int, set[str]]:
    """List the ports on which programs in a container listen, each with the addresses, in the kernel's spelling."""
    found: dict[int, set[str]] = {}
    rows = [line.split() for line in run_inside(container, SOCKETS)[1].splitlines()]
    for row in rows:
        if row[3:4] == [LISTENS]:
            address, port = row[1].split(":")
            if address != RESOLVER:
                found.setdefault(int(port, 16), set()).add(address)
    return found


def process_one(container: Container) -> list[str]:
    """Give the words with which a container's first process runs; empty where it runs no more."""
    code, said = run_inside(container, COMMAND)
    return [] if code else said.rstrip("\0").split("\0")


def is_shell(words: list[str]) -> bool:
    """Tell whether a process is a shell, from the words with which it runs."""
    return bool(words) and PurePosixPath(words[0].lstrip("-")).name in SHELLS
