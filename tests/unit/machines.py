"""Machines that are made up, for probes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from workbench.doctor import Targets
from workbench.errors import TutorialError

INFO: dict[str, Any] = {
    "DockerRootDir": "/nowhere/docker",
    "MemTotal": 16e9,
    "Architecture": "x86_64",
    "SystemTime": "2026-11-24T06:49:50.414182066Z",
    "RegistryConfig": {"Mirrors": []},
}
VERSION = {"Version": "29", "Os": "linux", "Arch": "amd64", "ApiVersion": "1.44", "MinAPIVersion": "1.24"}
NETWORK: dict[str, Any] = {"name": "", "reached": "", "certificate": False, "issuer": "", "date": "", "proxy": ""}


def network(**seen: Any) -> dict[str, Any]:
    """Give what ``vantage.look`` returns where all is well, but for this."""
    return {**NETWORK, **seen}


def machine(**readings: Any) -> Any:
    """Give a machine of which some readings are known; the others can't be taken."""
    made = SimpleNamespace(around=Targets(), address="unix:///var/run/docker.sock")
    for name in ("version", "client", "info", "outside", "inside"):
        setattr(made, name, _reading(readings.pop(name, TutorialError("No engine.", "./tutorial start"))))
    vars(made).update(readings)
    return made


def inside(python: str = "3.8.10", free: int = 10**11, **seen: Any) -> Any:
    """Give what a container saw."""
    return SimpleNamespace(python=python, free=free, network=network(**seen))


def _reading(value: Any) -> Any:
    def read() -> Any:
        if isinstance(value, Exception):
            raise value
        return value

    return read
