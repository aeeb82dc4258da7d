"""Probes of what an engine without root may do."""

from __future__ import annotations

import getpass
from pathlib import Path

from workbench.explain.proof import Case, Proof

REGISTRIES = Path("/etc/containers/registries.conf")
FIRST = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def no_search_list(_case: Case) -> Proof:
    """Read Podman's list of registries."""
    if not REGISTRIES.exists():
        return Proof(None, f"there is no {REGISTRIES} on this machine.")
    lines = REGISTRIES.read_text().splitlines()
    there = any(line.strip().startswith("unqualified-search-registries") for line in lines)
    return Proof(not there, f"{REGISTRIES} has {'a' if there else 'no'} list of registries to search.")


def no_range(_case: Case) -> Proof:
    """Look for this user's range of numbers."""
    table = Path("/etc/subuid")
    there = table.exists() and any(line.startswith(f"{getpass.getuser()}:") for line in table.read_text().splitlines())
    return Proof(not there, f"/etc/subuid has {'a' if there else 'no'} range for {getpass.getuser()}.")


def port_needs_root(case: Case) -> Proof:
    """Read which ports need root."""
    first = int(FIRST.read_text())
    return Proof(int(case.name("port")) < first, f"on this machine, ports below {first} need root.")
