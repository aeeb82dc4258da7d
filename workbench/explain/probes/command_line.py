"""Probes of a line as the docker command gets it."""

from __future__ import annotations

from pathlib import Path

from workbench.explain.proof import Case, Proof


def folder_has_spaces(_case: Case) -> Proof:
    """See whether the folder that you're in has a space in its path."""
    folder = Path.cwd()
    if " " in str(folder):
        return Proof(True, f"the folder is {folder}, with a space in it.")
    return Proof(None, f"this was started in {folder}, which has no space in it.")
