"""What ``./tutorial test`` runs, in which order, and what its exit code says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.cli import test_suite
from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system import processes

LINT = [
    "-m ruff check .",
    "-m ruff format --check .",
    "-m mypy",
    "-m codespell_lib",
    str(Path(sys.executable).with_name("lint-imports")),
    "-m tests.frontend",
]
FAST = "-m pytest tests -m not docker and not browser"

pytestmark = pytest.mark.filterwarnings(
    # What we start is meant to outlive the one who starts it.
    "ignore:subprocess .* is still running:ResourceWarning"
)


@pytest.fixture(name="calls", autouse=True)
def fixture_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let a script play Python: it writes down each call, and fails where ``failing`` names it."""
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$*" >>calls\ngrep -qsxF -e "$*" failing && exit 3\nexit 0\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(test_suite, "_prepare", lambda _paths: None)
    monkeypatch.setattr(processes, "STARTED", [])
    return tmp_path / "calls"


def run(paths: Paths, calls: Path, *, fast: bool, keyword: str | None = None) -> tuple[int, list[str]]:
    code = test_suite.run(paths, fast=fast, keyword=keyword)
    return code, calls.read_text().splitlines()


def test_everything_is_lint_types_and_the_tests_with_their_counts_last(paths: Paths, calls: Path) -> None:
    assert run(paths, calls, fast=False) == (0, [*LINT, "-m pytest"])


def test_fast_is_what_needs_no_engine(paths: Paths, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_suite, "_prepare", lambda _paths: pytest.fail("an engine was asked for"))
    assert run(paths, calls, fast=True) == (0, [*LINT, FAST])


def test_a_keyword_chooses_tests_only(paths: Paths, calls: Path) -> None:
    assert run(paths, calls, fast=True, keyword="ports and not free") == (0, [f"{FAST} -k ports and not free"])


@pytest.mark.parametrize("step", range(7))
def test_the_first_step_that_fails_ends_it(
    paths: Paths, calls: Path, step: int, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = [*LINT, FAST]
    calls.with_name("failing").write_text(steps[step])
    assert run(paths, calls, fast=True) == (3, steps[: step + 1])
    assert capfd.readouterr().out.count("failed") == (step < len(LINT))


@pytest.mark.parametrize("error", [TutorialError("no", "fix"), KeyboardInterrupt()])
def test_what_was_started_for_the_tests_is_stopped_after_them(
    paths: Paths, calls: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def start_an_engine_and_fail(paths: Paths) -> None:
        processes.start(paths, "dockerd", ["sleep", "60"])
        raise error

    monkeypatch.setattr(test_suite, "_prepare", start_an_engine_and_fail)
    with pytest.raises(type(error)):
        test_suite.run(paths, fast=False, keyword=None)
    assert processes.running(paths, "dockerd") is None
    assert not calls.exists()
