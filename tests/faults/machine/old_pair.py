"""A docker-py of yesterday with the requests of today, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

from workbench.settings import PATHS


def make_old_pair(venv: Path) -> None:
    """Make an environment with an old docker-py and a newer requests in front of all that is in ours."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True, capture_output=True)
    pip = venv / "bin/pip"  # ours, for that environment: pip's own installation takes longer than all the rest
    pip.write_text(f'#!/bin/sh\nexec {venv}/bin/python -m pip "$@"\n')
    pip.chmod(0o755)
    python = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    ours = f"{sysconfig.get_paths()['purelib']}\n{PATHS.root}\n"
    (venv / f"lib/{python}/site-packages/ours.pth").write_text(ours)
    line = [str(pip), "install", "--quiet", "--no-deps", "docker==7.0.0", "requests==2.32.3"]
    subprocess.run(line, check=True, capture_output=True, cwd=venv)


def run_in(venv: Path, code: str) -> str:
    """Run Python code there; return what it printed."""
    done = subprocess.run([venv / "bin/python", "-c", code], cwd=PATHS.root, capture_output=True, text=True, check=True)
    return done.stdout
