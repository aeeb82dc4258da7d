"""The student's names: whose things these are on an engine that several share, and what images are called."""

from __future__ import annotations

import getpass
import os
import re


def owner() -> str:
    """Your login name, as a label and a registry take it: lower-case letters and digits, with single dashes."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as containers have them; Python 3.13 says OSError
        name = ""
    return _valid(name)


def username() -> str:
    """Your name in an image's: ``DOCKERHUB_USERNAME``, else your login name, made valid."""
    hub = os.environ.get("DOCKERHUB_USERNAME")
    return _valid(hub) if hub else owner()


def _valid(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "student"
