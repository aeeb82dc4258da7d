"""Disk, memory, processor and clock, on machines that are made up."""

from __future__ import annotations

import platform
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tests.unit import machines
from workbench.doctor import container_view
from workbench.doctor.probes import machine as probes
from workbench.errors import TutorialError


def engine_with(architecture: str | None) -> Any:
    """Stand in for an engine with a base image for a processor, or with none."""
    image = SimpleNamespace(attrs={"Architecture": architecture})
    images: list[dict[str, str]] = [] if architecture is None else [{}]
    return SimpleNamespace(
        api=SimpleNamespace(images=lambda _name: images), images=SimpleNamespace(get=lambda _name: image)
    )


def test_the_disk_is_the_one_under_the_engines_folder(tmp_path: Path) -> None:
    seen = probes.disk(machines.machine(info={**machines.INFO, "DockerRootDir": str(tmp_path)}))
    assert seen.found.endswith(f"free in {tmp_path}")


@pytest.mark.parametrize(("free", "state"), [(3_000_000_000, "ok"), (2_999_999_999, "problem")])
@pytest.mark.parametrize("address", ["unix:///var/run/docker.sock", "tcp://elsewhere:2376"])
def test_a_disk_that_only_containers_see_is_asked_for_inside(
    free: int, state: str, address: str, tmp_path: Path
) -> None:
    folder = str(tmp_path) if address.startswith("tcp") else "/nowhere/docker"
    info = {**machines.INFO, "DockerRootDir": folder}
    seen = probes.disk(machines.machine(info=info, inside=machines.inside(free=free), address=address))
    assert (seen.state, seen.found) == (state, "3.00 GB free on the engine's disk")
    assert bool(seen.fix) == (state != "ok")


@pytest.mark.parametrize(
    ("total", "available", "state", "found"),
    [
        (8e9, 4e9, "ok", "4.00 GB free, the engine has 8.00 GB"),
        (8e9, 0.5e9, "warning", "500 MB free, the engine has 8.00 GB"),
        # The engine of Docker Desktop has less than its machine.
        (0.9e9, 4e9, "warning", "900 MB free, the engine has 900 MB"),
    ],
)
def test_memory_is_what_the_engine_and_its_machine_both_have(
    total: float, available: float, state: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=available))
    seen = probes.memory(machines.machine(info={**machines.INFO, "MemTotal": total}))
    assert (seen.state, seen.found) == (state, found)


@pytest.mark.parametrize(
    ("engine", "image", "runs", "state", "found"),
    [
        ("x86_64", "amd64", True, "ok", "python:3.8.10 and the engine are both amd64"),
        ("aarch64", "arm64", True, "ok", "python:3.8.10 and the engine are both arm64"),
        (
            "aarch64",
            "amd64",
            True,
            "warning",
            "python:3.8.10 is made for amd64, the engine runs arm64 and emulates it, slowly",
        ),
        (
            "aarch64",
            "amd64",
            False,
            "problem",
            "python:3.8.10 is made for amd64, the engine runs arm64. exec format error",
        ),
    ],
)
def test_processors_are_compared(engine: str, image: str, runs: bool, state: str, found: str) -> None:
    answer = machines.inside() if runs else container_view.NoPythonError("exec format error", "")
    made = machines.machine(info={**machines.INFO, "Architecture": engine}, client=engine_with(image), inside=answer)
    seen = probes.architecture(made)
    assert (seen.state, seen.found) == (state, found)
    assert seen.fix == ("" if state == "ok" else "docker pull --platform linux/arm64 python:3.8.10")


def test_without_the_base_image_there_is_nothing_to_compare() -> None:
    with pytest.raises(TutorialError, match="is not on this engine"):
        probes.architecture(machines.machine(info=machines.INFO, client=engine_with(None)))


@pytest.mark.parametrize(
    ("engine", "index", "state", "found"),
    [
        (0, 0, "ok", "As the engine's and the package index's, within 60 seconds"),
        (30, -59, "ok", "As the engine's and the package index's, within 60 seconds"),
        (0, None, "ok", "As the engine's, within 60 seconds"),
        (-7200, 0, "warning", "7200 seconds ahead of the engine's"),
        (7200, 90, "warning", "7200 seconds behind the engine's; 90 seconds behind the package index's"),
    ],
)
def test_clocks_are_compared(
    engine: int, index: int | None, state: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_795_000_000
    monkeypatch.setattr(time, "time", lambda: now)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime(now + engine))
    date = "" if index is None else time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now + index))
    made = machines.machine(info={**machines.INFO, "SystemTime": stamp}, outside=machines.network(date=date))
    seen = probes.clock(made)
    assert (seen.state, seen.found) == (state, found)


@pytest.mark.parametrize(
    ("kernel", "ends"),
    [("6.1.0-18-amd64", "timedatectl set-ntp true"), ("5.15-microsoft-standard-WSL2", "hwclock --hctosys")],
)
def test_a_clock_is_set_as_its_system_does_it(kernel: str, ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "release", lambda: kernel)
    made = machines.machine(info=machines.INFO, outside=machines.network())  # an engine of the past
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert probes.clock(made).fix.endswith(ends)
