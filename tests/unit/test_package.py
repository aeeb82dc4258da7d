"""``pip install .`` gives a package that works away from the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from workbench.settings import PATHS

EACH_NAME = """\
import sys
sys.path.insert(0, sys.argv[1])
import workbench
assert workbench.__file__.startswith(sys.argv[1])
for name in workbench.__all__:
    getattr(workbench, name)
"""


def files(folder: Path) -> set[str]:
    found = (path for path in (folder / "workbench").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}


def test_the_installed_package_is_whole_and_gives_each_of_its_names(tmp_path: Path) -> None:
    source, installed = tmp_path / "source", tmp_path / "installed"
    shutil.copytree(PATHS.root / "workbench", source / "workbench")
    shutil.copy(PATHS.root / "pyproject.toml", source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", installed, source], check=True)
    assert files(installed) == files(source)
    subprocess.run([sys.executable, "-I", "-W", "error", "-c", EACH_NAME, installed], check=True)
