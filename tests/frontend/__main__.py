"""Lint, types and unit tests of the front end: ``python -m tests.frontend``.

Their packages are apart from the front end's own, which ``./tutorial start`` downloads.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from workbench.provision import frontend, node
from workbench.settings import PATHS

HERE = Path(__file__).parent
BIOME, TSC = (HERE / "node_modules" / program for program in ("@biomejs/biome/bin/biome", "typescript/bin/tsc"))
STEPS: tuple[tuple[str | Path, ...], ...] = (
    (BIOME, "check", "--error-on-warnings", f"--config-path={HERE / 'lint.json'}", PATHS.frontend, HERE),
    (TSC, "--project", HERE),
    ("--test", "--test-reporter=dot", *sorted(HERE.glob("*.test.js"))),
)


def main() -> int:
    """Give the exit code of the first step that fails; 0 where none does."""
    frontend.install(PATHS, HERE)
    program = node.node(PATHS)
    codes = (subprocess.run([program, *step], cwd=PATHS.root, check=False).returncode for step in STEPS)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
