"""The machine under the engine: disk, memory, processor, clock."""

from __future__ import annotations

import platform
import shutil
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path

import psutil

from workbench.doctor.container_view import NoPythonError
from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.probing import Probe
from workbench.errors import TutorialError
from workbench.settings import BASE_IMAGE
from workbench.system.apt import as_root
from workbench.system.units import size

ENOUGH_DISK = 3e9  # bytes: the official base image, our layers, and room to build
ENOUGH_MEMORY = 1e9  # bytes: two containers with Flask, a build, and the lab
DRIFT = 60  # seconds; certificates and logs take that much
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def disk(machine: Machine) -> ProbeResult:
    """Look at the free space where the engine keeps its images: ``df /var/lib/docker``."""
    folder = Path(machine.info()["DockerRootDir"])
    here = machine.address.startswith("unix:") and folder.is_dir()
    # The engine of Docker Desktop, or of another machine, has a disk that only its containers see.
    free = shutil.disk_usage(folder).free if here else machine.inside().free
    found = f"{size(free)} free " + (f"in {folder}" if here else "on the engine's disk")
    if free >= ENOUGH_DISK:
        return ProbeResult("ok", found)
    return ProbeResult("problem", found, "./tutorial clean", "What else Docker could give back: docker system df")


def memory(machine: Machine) -> ProbeResult:
    """Look at the memory of the machine on which the engine runs: ``docker info``."""
    total = machine.info()["MemTotal"]
    free = min(total, psutil.virtual_memory().available)
    found = f"{size(free)} free, the engine has {size(total)}"
    if free >= ENOUGH_MEMORY:
        return ProbeResult("ok", found)
    return ProbeResult(
        "warning", found, advice="See what takes it: docker stats --no-stream; ps aux --sort=-rss | head"
    )


def architecture(machine: Machine) -> ProbeResult:
    """Compare the processors that the base image and the engine are made for."""
    wanted = machine.info()["Architecture"]
    wanted = ARCHITECTURES.get(wanted, wanted)
    base = machine.around.base
    images = machine.client().api.images(base)
    if not images:
        raise TutorialError(f"{base} is not on this engine.", "./tutorial start")
    made_for = machine.client().images.get(base).attrs["Architecture"]
    if made_for == wanted:
        return ProbeResult("ok", f"{base} and the engine are both {wanted}")
    found, fix = (
        f"{base} is made for {made_for}, the engine runs {wanted}",
        f"docker pull --platform linux/{wanted} {base}",
    )
    try:
        machine.inside()
    except NoPythonError as error:
        return ProbeResult("problem", f"{found}. {error.what}", fix)
    return ProbeResult("warning", f"{found} and emulates it, slowly", fix)


def clock(machine: Machine) -> ProbeResult:
    """Compare this machine's clock with the engine's and with that of the package index."""
    now = time.time()
    # With nanoseconds, of which Python reads six digits.
    engines = datetime.strptime(machine.info()["SystemTime"][:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    clocks = {"the engine's": engines.timestamp()}
    if date := machine.outside()["date"]:
        clocks["the package index's"] = parsedate_to_datetime(date).timestamp()
    off = {name: now - then for name, then in clocks.items() if abs(now - then) > DRIFT}
    if not off:
        return ProbeResult("ok", f"As {' and '.join(clocks)}, within {DRIFT} seconds")
    found = "; ".join(f"{abs(by):.0f} seconds {'ahead of' if by > 0 else 'behind'} {name}" for name, by in off.items())
    return ProbeResult("warning", found, _set_clock())


def _set_clock() -> str:
    if "microsoft" in platform.release():  # the Linux of Windows, whose clock stops while the computer sleeps
        return as_root("hwclock --hctosys")
    return as_root("timedatectl set-ntp true")


PROBES = (
    Probe(
        Question(
            "disk",
            "Is there room where the engine keeps its images?",
            f"The official {BASE_IMAGE} alone takes 0.9 GB, and a build or a pull stops where the disk is full.",
            needed=True,
        ),
        disk,
    ),
    Probe(
        Question("memory", "Is there memory for containers?", "A program that gets none is killed: exit code 137."),
        memory,
    ),
    Probe(
        Question(
            "architecture",
            "Is the base image made for this processor?",
            "A program for another processor ends with exec format error, or runs slowly in an emulation.",
        ),
        architecture,
    ),
    Probe(
        Question("clock", "Is the clock right?", "Where it is wrong, certificates count as not valid yet, or no more."),
        clock,
    ),
)
