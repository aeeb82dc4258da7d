"""Probes of a line as the docker command gets it."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.explain.proof import Case, Proof

LINE = re.compile(r"(?:^|\n)[^\n]{0,100}?[$>#%] (?P<line>(?:sudo )?(?:docker|podman)[ -][^\n]+)")


def typed(case: Case) -> Proof:
    """Find the line that was typed."""
    lines = LINE.findall(case.evidence.text)
    if not lines:
        return Proof(None, "the text doesn't show the line that you typed.")
    return Proof(True, f"the line is: {lines[-1].strip()}")


def folder_has_spaces(_case: Case) -> Proof:
    """See whether the folder that you're in has a space in its path."""
    folder = Path.cwd()
    if " " in str(folder):
        return Proof(True, f"the folder is {folder}, with a space in it.")
    return Proof(None, f"this was started in {folder}, which has no space in it.")


def image_says_nothing(case: Case) -> Proof:
    """Read what the image starts, if it's known; else find the line that was typed."""
    if not (case.evidence.container or case.evidence.image):
        return typed(case)
    config = case.container["Config"] if case.evidence.container else case.client.images.get(case.image).attrs["Config"]
    command = [*(config.get("Entrypoint") or []), *(config.get("Cmd") or [])]
    return Proof(not command, f"the image starts {' '.join(command) or 'nothing'}.")
