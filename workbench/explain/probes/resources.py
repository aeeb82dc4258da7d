"""Probes of the memory that an engine has, and of its age."""

from __future__ import annotations

import psutil

from workbench.explain.proof import Case, Proof

LITTLE = 1e9  # bytes; with less, big packages can't be unpacked
THREADS_ALLOWED = (20, 10, 10)  # the first engine that allows the new way to ask for threads


def little_memory(case: Case) -> Proof:
    """Measure the memory of the machine that the engine runs on."""
    total = case.client.info()["MemTotal"]
    free = psutil.virtual_memory().available
    found = f"the engine's machine has {total / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free here."
    if "137" in case.evidence.text:
        return Proof(True, f"137 is 128 + 9: the system killed it. And {found}")
    return Proof(True if free < LITTLE else None, found)


def old_engine(case: Case) -> Proof:
    """Read the engine's version."""
    version = str(case.client.version()["Version"])
    numbers = tuple(int(part) for part in version.partition("-")[0].split(".") if part.isdecimal())
    return Proof(numbers < THREADS_ALLOWED, f"the engine's version is {version}.")
