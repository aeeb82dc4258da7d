"""Everything that CI runs, one step after the other, on an engine that is started where none runs."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from workbench.book import build as book
from workbench.cli.parts import PARTS
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
    ("-m", "tests.frontend"),
)


def run(paths: Paths, *, part: str | None = None, keyword: str | None = None, weekly: bool = False) -> int:
    """Run the checks and the tests.

    Parameters
    ----------
    paths : Paths
    part : str, optional
        Only this one of ``PARTS``. Lint and types belong to ``fast``.
    keyword : str, optional
        Only the tests that match, as for ``pytest -k``; then no lint and no types.
    weekly : bool
        Also what CI proves once a week.

    Returns
    -------
    int
        Exit code of the first step that failed, 0 where none did.
    """
    chosen = [part] if part else [name for name in PARTS if weekly or name != "mutation"]
    # In one word: pytest would take `notebooks`, a folder, for what to collect, before it knows the option.
    given = [*([f"--part={part}"] if part else []), *(["-k", keyword] if keyword else [])]
    if not (part or weekly):  # all mutants take longer than everything else together
        given += ["-m", "not mutation"]
    try:
        _prepare(paths, chosen)
        lint = LINT if "fast" in chosen and not keyword else ()
        tests = ("-m", "pytest", *given, *(["--weekly"] if weekly else []))
        # pytest comes last, so that its counts are the last thing to read.
        return next((code for step in (*lint, tests) if (code := _step(paths, step))), 0)
    finally:
        processes.stop_new(paths)


def run_on(paths: Paths, engine: str, part: str | None = None) -> int:
    """Run the tests of an engine, or one part of them, in a machine made for it; return 1 where one fails."""
    line = [sys.executable, "-m", "tests.engines", engine, *([part] if part else [])]
    return processes.call(line, cwd=paths.root).returncode


def _prepare(paths: Paths, chosen: list[str]) -> None:
    """Bring up what these parts need, and nothing else."""
    programs = dict.fromkeys(program for part in chosen for program in PARTS[part])
    if programs:
        # Without a question: you want what the tests need, and in CI nobody is there to answer.
        setup.prepare(paths, *programs, yes=True)
    if "browser" in chosen:
        book.build(paths)  # its warnings are failures too


def _step(paths: Paths, command: tuple[str, ...]) -> int:
    started = time.monotonic()
    code = processes.call([sys.executable, *command], cwd=paths.root).returncode
    name = " ".join(Path(word).name or word for word in command if word != "-m")
    if not name.startswith("pytest"):
        say(f"{name}: {'failed' if code else 'ok'}, {time.monotonic() - started:.1f} s")
    return code
