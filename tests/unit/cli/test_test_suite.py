"""What ``./tutorial test`` runs, in which order, and what its exit code says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.book import build as book
from workbench.cli import test_suite
from workbench.errors import TutorialError
from workbench.provision import setup
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
FAST = "-m pytest --part=fast"

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
    monkeypatch.setattr(setup, "prepare", lambda _paths, *_programs, yes: yes or pytest.fail("asks"))
    monkeypatch.setattr(book, "build", lambda _paths: None)
    monkeypatch.setattr(processes, "STARTED", [])
    return tmp_path / "calls"


def run(paths: Paths, calls: Path, **options: Any) -> tuple[int, list[str]]:
    code = test_suite.run(paths, **options)
    return code, calls.read_text().splitlines()


def test_everything_is_lint_types_and_the_tests_with_their_counts_last(paths: Paths, calls: Path) -> None:
    assert run(paths, calls) == (0, [*LINT, "-m pytest -m not mutation"])


def test_once_a_week_the_mutants_come_along(paths: Paths, calls: Path) -> None:
    assert run(paths, calls, weekly=True) == (0, [*LINT, "-m pytest --weekly"])


def test_lint_and_types_belong_to_the_fast_part(paths: Paths, calls: Path) -> None:
    assert run(paths, calls, part="fast") == (0, [*LINT, FAST])
    calls.unlink()
    assert run(paths, calls, part="faults") == (0, ["-m pytest --part=faults"])


@pytest.mark.parametrize(
    ("part", "prepared"),
    [
        ("fast", []),
        ("engine", ["docker curl"]),
        ("notebooks", ["docker curl"]),
        ("browser", ["docker curl chromium", "book"]),
        ("faults", ["docker curl ip"]),
        ("mutation", ["docker curl"]),
        (None, ["docker curl chromium ip", "book"]),
    ],
)
def test_each_part_prepares_only_what_it_needs(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, part: str | None, prepared: list[str]
) -> None:
    done: list[str] = []
    monkeypatch.setattr(setup, "prepare", lambda _paths, *programs, yes: done.append(" ".join(programs)))  # noqa: ARG005
    monkeypatch.setattr(book, "build", lambda _paths: done.append("book"))
    test_suite.run(paths, part=part)
    assert done == prepared


def test_a_keyword_chooses_tests_only(paths: Paths, calls: Path) -> None:
    assert run(paths, calls, part="fast", keyword="ports and not free") == (0, [f"{FAST} -k ports and not free"])


def test_what_ci_proves_once_a_week_is_passed_on(paths: Paths, calls: Path) -> None:
    assert run(paths, calls, part="mutation", weekly=True) == (0, ["-m pytest --part=mutation --weekly"])


@pytest.mark.parametrize("step", range(7))
def test_the_first_step_that_fails_ends_it(
    paths: Paths, calls: Path, step: int, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = [*LINT, FAST]
    calls.with_name("failing").write_text(steps[step])
    assert run(paths, calls, part="fast") == (3, steps[: step + 1])
    assert capfd.readouterr().out.count("failed") == (step < len(LINT))


@pytest.mark.parametrize("error", [TutorialError("no", "fix"), KeyboardInterrupt()])
def test_what_was_started_for_the_tests_is_stopped_after_them(
    paths: Paths, calls: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def start_an_engine_and_fail(paths: Paths, *_programs: str, yes: bool) -> None:  # noqa: ARG001
        processes.start(paths, "dockerd", ["sleep", "60"])
        raise error

    monkeypatch.setattr(setup, "prepare", start_an_engine_and_fail)
    with pytest.raises(type(error)):
        test_suite.run(paths)
    assert processes.running(paths, "dockerd") is None
    assert not calls.exists()
