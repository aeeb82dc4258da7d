"""Probes of a Flask app in an image, and of the packages around Flask."""

from __future__ import annotations

from workbench.explain.proof import Case, Proof


def programs_there(case: Case) -> Proof:
    """List the Python files in the working directory of the image."""
    files = case.inside("sh", "-c", "ls *.py 2>/dev/null || true").split()
    found = f"its working directory has {', '.join(files) or 'no file of Python'}."
    return Proof(not {"app.py", "wsgi.py"} & set(files), found, {"place": files[0]} if files else {})


def family(case: Case) -> Proof:
    """Read which versions are installed in the image."""
    freeze = case.inside("python", "-m", "pip", "freeze").split()
    names = ("flask", "jinja2", "markupsafe", "itsdangerous", "werkzeug")
    there = [line for line in freeze if line.lower().partition("==")[0] in names]
    return Proof(bool(there), f"the image has {', '.join(there) or 'none of them'}.")
