"""The history of an image: each step as it stood in the Dockerfile, and whether it made a layer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SH = "/bin/sh -c"
# The classic builder marks what it didn't run, behind the shell that held there.
NOT_RUN = re.compile(r"^(?:\|\d+ .*?)?\S.*?#\(nop\)\s+(?=[A-Z])", re.DOTALL)
ARGUMENTS = re.compile(r"(?:\|\d+ .*)?", re.DOTALL)
COPIED = re.compile(r"\b(?:file|dir|multi):[0-9a-f]+ in ")
SHELL = re.compile(r"^SHELL \[(.*)\]$", re.DOTALL)
BUILDKIT = "buildkit"
# BuildKit writes a layer for each of these, also for an empty one.
FILES = ("ADD", "COPY", "RUN", "WORKDIR")
SETTINGS = (
    *("ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "SHELL"),
    *("STOPSIGNAL", "USER", "VOLUME"),
)


@dataclass(frozen=True)
class Step:
    """One step of a history.

    Attributes
    ----------
    text : str
        The instruction, nearly as it stood in the Dockerfile.
    size : int
        Bytes of the files that it added.
    image : str
        The ID of the image that it made; empty where the engine doesn't have it.
    layer : bool, optional
        Whether it made a layer; None where the history doesn't tell.
    """

    text: str
    size: int
    image: str = ""
    layer: bool | None = None


def steps(history: Iterable[dict[str, Any]]) -> list[Step]:
    """Read a history as ``docker history --no-trunc`` gives it, the latest step first; here the first comes first."""
    found, shell = [], SH
    for entry in reversed(list(history)):
        step = _step(entry, shell)
        found.append(step)
        if match := SHELL.match(step.text):
            # BuildKit and the classic builder write the list without quotes.
            shell = match[1]
    return found


def _step(entry: dict[str, Any], shell: str) -> Step:
    created_by, comment = str(entry["CreatedBy"]), str(entry.get("Comment") or "")
    text = instruction(created_by, shell) or comment or "(not in the history)"
    image = str(entry.get("Id") or "")
    built = BUILDKIT in comment or created_by.endswith("# buildkit")
    layer = _made_layer(text, int(entry["Size"]), built=built)
    return Step(text, int(entry["Size"]), image if image.startswith("sha256:") else "", layer)


def _made_layer(text: str, size: int, *, built: bool) -> bool | None:
    keyword = text.partition(" ")[0]
    if size or keyword in ("ADD", "COPY") or (built and keyword in FILES and text != "WORKDIR /"):
        return True
    # A RUN that changes nothing makes no layer in the classic builder, nor does WORKDIR with a folder that is there.
    return False if keyword in SETTINGS else None


def instruction(created_by: str, shell: str = SH) -> str:
    """Write a line of the history as it stood in the Dockerfile, as far as the engine has kept that.

    It keeps no names of copied files, only a checksum over them.
    """
    text = created_by.strip().removesuffix("# buildkit").strip()
    if NOT_RUN.match(text) and not text.startswith("RUN "):
        return COPIED.sub("... ", NOT_RUN.sub("", text))
    command = text.removeprefix("RUN ")
    arguments, found, line = command.partition(f"{shell} ")
    return f"RUN {line}" if found and ARGUMENTS.fullmatch(arguments) else text
