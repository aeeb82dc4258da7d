"""Tests that need an engine, where there is none: skipped on a desk, a failure in CI."""

from __future__ import annotations

import pytest

from workbench import settings
from workbench.settings import PATHS

pytest_plugins = ["pytester"]

NEEDS_ENGINE = """
import pytest

@pytest.mark.docker
def test_with_engine():
    pass

def test_without_engine():
    pass
"""


@pytest.mark.parametrize(
    ("ci", "outcomes"), [(False, {"passed": 1, "skipped": 1}), (True, {"passed": 1, "errors": 1})], ids=["desk", "ci"]
)
def test_missing_engine(
    ci: bool, outcomes: dict[str, int], pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CI", ci)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{pytester.path}/nobody.sock")
    pytester.makeini("[pytest]\nmarkers = docker")
    pytester.makeconftest((PATHS.root / "tests" / "conftest.py").read_text())
    pytester.makepyfile(**{"tests/docker/test_it": NEEDS_ENGINE})
    result = pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:playwright", "-rsE")
    result.assert_outcomes(**outcomes)
    result.stdout.fnmatch_lines(["*No Docker Engine answers at *nobody.sock*"])
