"""Everything that CI runs, one step after the other, on an engine that is started where none runs."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from workbench.book import build as book
from workbench.provision import setup
from workbench.settings import Paths
from workbench.system import processes
from workbench.text import say

LINT = (
    ("-m", "ruff", "check", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "mypy"),
    ("-m", "codespell_lib"),
    (str(Path(sys.executable).with_name("lint-imports")),),  # a script only: `-m` would do nothing, and say 0
)
NEEDS_NO_ENGINE = ("tests", "-m", "not docker and not browser")


def run(paths: Paths, *, fast: bool, keyword: str | None) -> int:
    """Run the checks and the tests.

    Parameters
    ----------
    paths : Paths
    fast : bool
        Only what needs no engine: lint, types, unit tests.
    keyword : str, optional
        Only the tests that match, as for ``pytest -k``; then no lint and no types.

    Returns
    -------
    int
        Exit code of the first step that failed, 0 where none did.
    """
    try:
        if not fast:
            _prepare(paths)
        lint = [] if keyword else LINT
        tests = ("-m", "pytest", *(NEEDS_NO_ENGINE if fast else ()), *(("-k", keyword) if keyword else ()))
        # pytest comes last, so that its counts are the last thing to read.
        return next((code for step in (*lint, tests) if (code := _step(paths, step))), 0)
    finally:
        processes.stop_new(paths)


def run_on(paths: Paths, engine: str) -> int:
    """Run the tests of an engine in a machine made for it; return 1 where one fails."""
    return processes.call([sys.executable, "-m", "tests.engines", engine], cwd=paths.root).returncode


def _prepare(paths: Paths) -> None:
    """Bring up what the tests need, and build the book, whose warnings are failures too."""
    # Without a question: who runs the tests wants what they need, and nobody may be there to answer.
    setup.prepare(paths, "docker", "curl", "chromium", "ip", yes=True)
    book.build(paths)


def _step(paths: Paths, command: tuple[str, ...]) -> int:
    started = time.monotonic()
    code = processes.call([sys.executable, *command], cwd=paths.root).returncode
    name = " ".join(Path(word).name or word for word in command if word != "-m")
    if not name.startswith("pytest"):
        say(f"{name}: {'failed' if code else 'ok'}, {time.monotonic() - started:.1f} s")
    return code
