"""Which pages are open: each run of a notebook leaves a note, so that two copies of a page know of each other."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from workbench.settings import Paths
from workbench.system.files import write_atomically
from workbench.system.private_folder import user_folder


@dataclass(frozen=True)
class OpenPage:
    """One run of a notebook.

    Attributes
    ----------
    session : str
        Its repository, ``username/degrees_api``.
    since : float
        When it began, in seconds since 1970 by the engine's clock.
    page : str
        The notebook's name without its ending; empty until the notebook says it.
    pid : int
        The process that runs it.
    started : float
        When that process began, in seconds since 1970: another process may get the number later.
    """

    session: str
    since: float
    page: str = ""
    pid: int = 0
    started: float = 0.0

    @property
    def lives(self) -> bool:
        """Tell whether its process still runs."""
        try:
            return psutil.Process(self.pid).create_time() == self.started
        except psutil.NoSuchProcess:
            return False


def note(paths: Paths, page: OpenPage) -> OpenPage:
    """Note that a page is open in this process; what was noted for its session before is replaced."""
    noted = replace(page, pid=os.getpid(), started=psutil.Process().create_time())
    write_atomically(_file(paths, page.session), json.dumps(asdict(noted)))
    return noted


def forget(paths: Paths, session: str) -> None:
    """Note that a page is closed."""
    _file(paths, session).unlink(missing_ok=True)


def of(paths: Paths, repository: str, page: str) -> list[OpenPage]:
    """List the open copies of a page.

    Parameters
    ----------
    paths : Paths
    repository : str
        The repository that the pages teach, ``username/degrees_api``: other names have other students.
    page : str
        The notebook's name. A run that hasn't said its name may be a copy.
    """
    mine = re.compile(rf"{re.escape(repository)}(-\d+)?")
    noted = [OpenPage(**json.loads(file.read_text())) for file in sorted(user_folder(paths, "pages").glob("*.json"))]
    return [one for one in noted if mine.fullmatch(one.session) and one.page in ("", page) and one.lives]


def copies(paths: Paths, own: OpenPage, repository: str) -> list[OpenPage]:
    """List the other open copies of a page.

    A kernel runs one notebook: what else is noted for it is the same copy, whose first cell was run again.
    """
    kernel = "ipykernel.kernelapp" in sys.modules
    others = [one for one in of(paths, repository, own.page) if one.session != own.session]
    return [one for one in others if not (kernel and one.pid == own.pid)]


def _file(paths: Paths, session: str) -> Path:
    return user_folder(paths, "pages") / f"{session.replace('/', '_')}.json"
