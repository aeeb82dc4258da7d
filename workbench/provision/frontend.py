"""Bundle what runs in the browser, from ``frontend/`` and the packages that its lock file names."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

from filelock import FileLock

from workbench.errors import TutorialError
from workbench.provision import node
from workbench.settings import Paths
from workbench.system.files import write_atomically

NOISE = re.compile(r"npm warn|npm error +at ")
GIST = 8  # lines

# npm asks again for minutes where there is no network.
CI = ("ci", "--ignore-scripts", "--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")


def build(paths: Paths) -> None:
    """Bundle the front end where it is missing or its sources have changed; nothing is printed.

    The same on the command line, in ``frontend/``: ``npm ci && npm run build``.

    Raises
    ------
    TutorialError
        With what npm said.
    """
    if _is_current(paths):
        return
    paths.bundles.mkdir(parents=True, exist_ok=True)
    with FileLock(paths.bundles / "lock"):  # two notebooks may need it at once
        if not _is_current(paths):
            _npm(paths, *CI)
            _npm(paths, "run", "build", "--", str(paths.bundles))
            _npm(paths, "prune", "--omit=dev", "--ignore-scripts")  # what is bundled isn't needed any more: 120 MB
            write_atomically(_stamp(paths), _checksum(paths))


def bundle(paths: Paths, name: str) -> bytes:
    """Give one bundle, an ES module; built now where it isn't yet.

    Parameters
    ----------
    paths : Paths
    name : str
        The source's name in ``frontend/``, without ``.js``.
    """
    build(paths)
    return (paths.bundles / f"{name}.js").read_bytes()


def lighten(paths: Paths, pages: Path, sheets: list[str]) -> None:
    """Make one style sheet of several, ``_static/book.min.css``, without the rules that no page needs.

    Parameters
    ----------
    paths : Paths
    pages : pathlib.Path
        The built book.
    sheets : list of str
        Style sheets below that folder, in their order.
    """
    build(paths)
    _npm(paths, "run", "lighten", "--", str(pages), *sheets)


def install(paths: Paths, folder: Path) -> None:
    """Install the packages that a folder's lock file names, where they aren't there yet.

    The same on the command line, in that folder: ``npm ci --ignore-scripts``.

    Raises
    ------
    TutorialError
        With what npm said.
    """
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules/.complete"
    paths.state.mkdir(exist_ok=True)
    with FileLock(paths.state / "npm.lock"):  # two workers of the tests may need them at once
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            _npm(paths, *CI, folder=folder)
            write_atomically(stamp, wanted)


def _npm(paths: Paths, *arguments: str, folder: Path | None = None) -> None:
    try:
        done = node.npm(paths, *arguments, folder=folder or paths.frontend)
        failed, said = done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        failed, said = 1, f"No answer within {node.NPM_TIMEOUT} seconds."
    if failed:
        raise TutorialError(
            f"The notebooks' browser part was not built: `npm {arguments[0]}` failed.\n{_gist(said)}",
            "Check the network and the free disk space, then run ./tutorial start again.",
        )


def _gist(said: str) -> str:
    """Leave out npm's warnings and where in its own code it was; what went wrong comes first."""
    lines = [line for line in said.splitlines() if line.strip() and not NOISE.match(line)]
    return "\n".join(lines[:GIST])


def _is_current(paths: Paths) -> bool:
    stamp = _stamp(paths)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _checksum(paths)


def _stamp(paths: Paths) -> Path:
    """Where the checksum of the sources is kept that were bundled last."""
    return paths.bundles / "complete"


def _checksum(paths: Paths) -> str:
    sources = sorted(
        path for folder in (paths.frontend, paths.frontend / "live") for path in folder.glob("*.*") if path.is_file()
    )
    return hashlib.sha256(b"\0".join(_named(path) for path in sources)).hexdigest()


def _named(path: Path) -> bytes:
    return path.name.encode() + b"\0" + path.read_bytes()
