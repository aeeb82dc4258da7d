"""Probes of what apt stumbles over."""

from __future__ import annotations

from workbench.explain.probes.building import read_dockerfile
from workbench.explain.probes.machine import little_space
from workbench.explain.probes.network import clock_is_off
from workbench.explain.proof import Case, Proof

# What Debian and Ubuntu have in the place of what they dropped.
NEW_NAMES = {
    "python": "python3",
    "python2": "python3",
    "python-pip": "python3-pip",
    "python-dev": "python3-dev",
    "python-setuptools": "python3-setuptools",
    "python-virtualenv": "python3-venv",
    "python-venv": "python3-venv",
    "python-yaml": "python3-yaml",
    "python-numpy": "python3-numpy",
    "mysql-server": "default-mysql-server",
    "mysql-client": "default-mysql-client",
    "libmysqlclient-dev": "default-libmysqlclient-dev",
    "openjdk-8-jdk": "default-jdk",
    "openjdk-11-jdk": "default-jdk",
    "openjdk-11-jre": "default-jre",
    "libssl1.0-dev": "libssl-dev",
    "netcat": "netcat-openbsd",
    "software-properties-common": "ca-certificates",
}


def new_name(case: Case) -> Proof:
    """Look up what the package is called today."""
    package = case.name("package")
    if package not in NEW_NAMES:
        return Proof(None, "the image's own lists would have to be asked.")
    return Proof(True, f"today, {package} is {NEW_NAMES[package]}.", {"right_name": NEW_NAMES[package]})


def disk_or_age(case: Case) -> Proof:
    """Measure the engine's disk; whether the engine is too old for an image can't be told from here."""
    space = little_space(case)
    return (
        space
        if space.confirmed
        else Proof(None, f"{space.found} How old the image's tools want the engine to be, they don't say.")
    )


def clock(case: Case) -> Proof:
    """Compare this machine's clock with that of a server."""
    return clock_is_off(case)


def is_root(case: Case) -> Proof:
    """See as whom the step ran, and what its line is without sudo."""
    number = case.inside("id", "-u").strip()
    lines = [line for line in read_dockerfile(case).splitlines() if "sudo " in line]
    names = {"right_line": lines[0].replace("sudo ", "")} if lines else {}
    return Proof(number == "0", f"at that step, the user has the number {number}; root has 0.", names)
