"""The student's name, in what images are called and in whose things these are."""

from __future__ import annotations

import getpass
import os
import re


def username() -> str:
    """Your name as a registry takes it: ``DOCKERHUB_USERNAME``, else your login name, made valid."""
    try:
        name = os.environ.get("DOCKERHUB_USERNAME") or getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as containers have them; Python 3.13 says OSError
        name = ""
    # Lower-case letters and digits, with single separators between them.
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "student"
