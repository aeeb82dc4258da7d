"""The parts of the suite are all of it, and no test is in two."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.support import parts
from workbench.cli.parts import PARTS
from workbench.settings import PATHS

WORKFLOW = yaml.safe_load((PATHS.root / ".github/workflows/test.yml").read_text())
SAMPLES = {
    "pytest.ini": "[pytest]\nmarkers =\n  docker\n  browser\n  mutation\n",
    "tests/unit/test_fast.py": "def test_it(): pass\n",
    "tests/docker/test_engine.py": "import pytest\n@pytest.mark.docker\ndef test_it(): pass\n",
    "tests/docker/test_mutants.py": "import pytest\n@pytest.mark.docker\n@pytest.mark.mutation\ndef test_it(): pass\n",
    "tests/faults/test_fault.py": "import pytest\n@pytest.mark.docker\ndef test_it(): pass\n",
    "tests/faults/test_text.py": "def test_it(): pass\n",
    "tests/notebooks/test_page.py": "import pytest\n@pytest.mark.docker\ndef test_it(): pass\n",
    "tests/browser/test_picture.py": "import pytest\n@pytest.mark.browser\ndef test_it(): pass\n",
}


def test_each_test_that_was_collected_here_is_in_one_part(pytestconfig: pytest.Config) -> None:
    collected = pytestconfig.stash[parts.COLLECTED]
    left_out = {name: set(parts.deselected(collected, name)) for name in PARTS}
    times = Counter(item.nodeid for item in collected for name in PARTS if item not in left_out[name])
    assert times == dict.fromkeys((item.nodeid for item in collected), 1)
    assert parts.deselected(collected, None) == []


def test_ci_runs_each_part() -> None:
    job = WORKFLOW["jobs"]["test"]
    assert job["strategy"]["matrix"]["part"] == list(PARTS)
    [command] = [step["run"] for step in job["steps"] if "run" in step]
    assert command.startswith(".ci/run --part ${{ matrix.part }} ")
    assert command.endswith("${{ github.event_name == 'schedule' && '--weekly' || '' }}")
    assert '"$@"' in (PATHS.root / ".ci/run").read_text()


def run_samples(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    for name, text in SAMPLES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    line = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "tests.support.parts",
    ]
    bare = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "--import-mode=importlib"}
    environment = {**os.environ, **bare, "PYTHONPATH": str(PATHS.root)}
    return subprocess.run([*line, *options], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_slow_parts_come_first_the_browsers_last_and_each_says_what_it_cost(tmp_path: Path) -> None:
    output = run_samples(tmp_path).stdout
    passed = [line.partition("::")[0] for line in output.splitlines() if " PASSED" in line]
    assert passed == [
        "tests/docker/test_mutants.py",
        "tests/faults/test_fault.py",
        "tests/notebooks/test_page.py",
        "tests/docker/test_engine.py",
        "tests/faults/test_text.py",
        "tests/unit/test_fast.py",
        "tests/browser/test_picture.py",
    ]
    assert re.findall(r"^ +[\d.]+  (\w+)$", output, re.MULTILINE) == list(PARTS)
    assert re.findall(r"^ +[\d.]+    (\S+)$", output, re.MULTILINE).count("tests/docker") == 2


def test_a_part_leaves_the_others_out(tmp_path: Path) -> None:
    output = run_samples(tmp_path, "--part=fast").stdout
    assert "2 passed, 5 deselected" in output


def test_a_test_that_needs_an_engine_in_a_folder_of_no_part_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tests/unit").mkdir(parents=True)
    (tmp_path / "tests/unit/test_lost.py").write_text("import pytest\n@pytest.mark.docker\ndef test_it(): pass\n")
    run = run_samples(tmp_path)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "tests/unit/test_lost.py::test_it needs an engine, and no part has its folder." in run.stderr


def test_the_part_that_is_a_folder_too_is_a_part() -> None:
    line = [sys.executable, "-m", "pytest", "--part=notebooks", "--collect-only", "-q", "-n0", "tests/notebooks"]
    run = subprocess.run(line, cwd=PATHS.root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "test_cli_blocks" in run.stdout
    assert "test_facts" not in run.stdout
