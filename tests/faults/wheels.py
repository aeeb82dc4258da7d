"""Packages of a few bytes, so that pip needs no network."""

from __future__ import annotations

import zipfile
from pathlib import Path

FROM_WHEELS = ("COPY *.whl /wheels/", "ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels")  # pip looks there and nowhere else


def offer_wheel(folder: Path, name: str, version: str, requires: str = "") -> None:
    """Write a wheel with one empty module, named like its package."""
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
