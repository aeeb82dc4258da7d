"""Probes of a Flask app in an image, and of the packages around Flask."""

from __future__ import annotations

import re

from workbench.explain.proof import Case, Proof

FAMILY = ("flask-", "jinja2-", "markupsafe-", "itsdangerous-", "werkzeug-")
INSTALLED = re.compile(r"/([^/\s]+)\.dist-info")


def programs_there(case: Case) -> Proof:
    """List the Python files in the working directory of the image."""
    files = case.inside("sh", "-c", "ls *.py 2>/dev/null || true").split()
    found = f"its working directory has {', '.join(files) or 'no file of Python'}."
    return Proof(not {"app.py", "wsgi.py"} & set(files), found, {"place": files[0]} if files else {})


def family(case: Case) -> Proof:
    """Read which versions are installed in the image, by the folders that pip leaves."""
    listed = case.inside("sh", "-c", "ls -d /usr/local/lib/python3*/site-packages/*.dist-info 2>/dev/null || true")
    there = [version for version in INSTALLED.findall(listed) if version.lower().startswith(FAMILY)]
    return Proof(bool(there), f"the image has {', '.join(there) or 'none of them'}.")
