"""Probes of commands, plugins and services of this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from workbench.explain.proof import Case, Proof, only_there

PATIENCE = 5  # seconds for a command


def no_docker(_case: Case) -> Proof:
    """Look for the command."""
    place = shutil.which("docker")
    return Proof(place is None, f"this machine has {place or 'no command docker on its PATH'}.")


def no_compose(_case: Case) -> Proof:
    """Ask the plugin for its version."""
    return _lacks("docker", "compose", "version")


def no_buildx(_case: Case) -> Proof:
    """Ask the plugin for its version."""
    return _lacks("docker", "buildx", "version")


def is_snap(case: Case) -> Proof:
    """See where the engine keeps its files."""
    folder = str(case.client.info()["DockerRootDir"])
    return Proof(folder.startswith("/var/snap"), f"the engine keeps its files in {folder}.")


def no_chain(_case: Case) -> Proof:
    """Look for Docker's chain, which only root may do."""
    done = _run("iptables", "-t", "nat", "-n", "-L", "DOCKER")
    if done.returncode and "by that name" not in done.stderr:
        return only_there(_case)
    return Proof(done.returncode != 0, f"iptables has {'no' if done.returncode else 'a'} chain DOCKER.")


def answers_slowly(case: Case) -> Proof:
    """Let the engine answer."""
    case.client.ping()
    return Proof(False, "the engine answers at once.")


def settings_unreadable(case: Case) -> Proof:
    """Read the engine's settings as JSON."""
    path = Path(case.name("file"))
    if not path.exists():
        return Proof(None, f"there is no {path} on this machine.")
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return Proof(True, f"{path} isn't valid JSON: {error}.")
    return Proof(False, f"{path} is valid JSON.")


def no_systemd(_case: Case) -> Proof:
    """Read what the first process is."""
    first = Path("/proc/1/comm").read_text().strip()
    return Proof(first != "systemd", f"the first process of this machine is {first}.")


def _lacks(*command: str) -> Proof:
    done = _run(*command)
    said = (done.stdout or done.stderr).strip().splitlines()[:1] or ["nothing"]
    return Proof(done.returncode != 0, f"`{' '.join(command)}` says: {said[0]}")


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)


def own_docker_module(_case: Case) -> Proof:
    """Look for a file or folder of that name where you are."""
    there = [name for name in ("docker.py", "docker/__init__.py") if Path(name).exists()]
    if not there:
        return Proof(None, "the folder that you're in has no file docker.py.")
    return Proof(True, f"the folder that you're in has {' and '.join(there)}.")


def no_table(case: Case) -> Proof:
    """List the table, which only root may do."""
    done = _run("iptables", "-t", case.name("table"), "-n", "-L")
    if done.returncode and "Permission denied" in done.stderr:
        return only_there(case)
    return Proof(done.returncode != 0, f"iptables {'can' if done.returncode == 0 else 'can not'} list that table.")
