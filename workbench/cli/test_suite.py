"""Everything that CI runs, one step after the other, on an engine that is started where none runs."""

from __future__ import annotations

import sys
import time

from workbench.book import build as book
from workbench.provision import base_image, daemon, frontend, registries
from workbench.settings import ROOT
from workbench.system import apt, processes
from workbench.text import say

LINT = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("codespell_lib",),
)
NEEDS_NO_ENGINE = ("app", "tests", "-m", "not docker and not browser")


def run(*, fast: bool, keyword: str | None) -> int:
    """Run the checks and the tests.

    Parameters
    ----------
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
            _prepare()
        lint = [] if keyword else LINT
        tests = ("pytest", *(NEEDS_NO_ENGINE if fast else ()), *(("-k", keyword) if keyword else ()))
        # pytest comes last, so that its counts are the last thing to read.
        return next((code for step in (*lint, tests) if (code := _step(step))), 0)
    finally:
        processes.stop_new()


def _prepare() -> None:
    """Bring up what the tests need, and build the book, whose warnings are failures too."""
    # Without a question: who runs the tests wants what they need, and nobody may be there to answer.
    client = daemon.ensure(registries.port(registries.MIRROR), yes=True)
    apt.ensure("docker", "curl", "chromium", "ip", yes=True)
    base_image.ensure(client, yes=True)
    registries.ensure(client, registries.PUSH)
    frontend.build()
    book.build()


def _step(command: tuple[str, ...]) -> int:
    started = time.monotonic()
    code = processes.call([sys.executable, "-m", *command], cwd=ROOT).returncode
    if command[0] != "pytest":
        say(f"{' '.join(command)}: {'failed' if code else 'ok'}, {time.monotonic() - started:.1f} s")
    return code
