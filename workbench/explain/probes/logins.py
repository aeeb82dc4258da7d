"""Probes of the programs and services that keep logins."""

from __future__ import annotations

import os
from pathlib import Path

from workbench.explain.proof import Case, Proof


def pass_is_empty(_case: Case) -> Proof:
    """Look for the key that `pass` was set up with."""
    store = Path(os.environ.get("PASSWORD_STORE_DIR", "~/.password-store")).expanduser()
    there = (store / ".gpg-id").exists()
    return Proof(not there, f"{store} has {'a' if there else 'no'} key.")


def no_session_bus(_case: Case) -> Proof:
    """See whether this session has a bus for such services."""
    bus = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    return Proof(not bus, f"DBUS_SESSION_BUS_ADDRESS is {'set' if bus else 'not set'} here.")


def settings_are_roots(case: Case) -> Proof:
    """See whether this user may read the file."""
    path = Path(case.name("file"))
    if not path.exists():
        return Proof(None, f"there is no {path} on this machine.")
    may = os.access(path, os.R_OK)
    return Proof(not may, f"this user may {'' if may else 'not '}read {path}.")
