"""A test that fails leaves a trace of its windows; one that passes leaves nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser

from . import traces

pytestmark = pytest.mark.browser

PAGE = "data:text/html,<title>traced</title>"


def ended(*, failed: bool) -> Any:
    """Give a test that has run."""
    return SimpleNamespace(rep_call=SimpleNamespace(failed=failed))


def traced(folder: Path) -> list[bool]:
    """Say of each trace whether it tells what was done."""
    return [PAGE in zipfile.ZipFile(trace).read("trace.trace").decode() for trace in sorted(folder.glob("*.zip"))]


@pytest.mark.parametrize("failed", [True, False])
def test_windows_of_one_test(browser: Browser, tmp_path: Path, *, failed: bool) -> None:
    folder = tmp_path / "traces"
    with traces.of_windows(browser, ended(failed=failed), folder) as new_context:
        for _ in range(2):
            window = new_context()
            window.new_page().goto(PAGE)
            window.close()
    assert traced(folder) == [True] * 2 * failed


def test_a_window_that_tests_share_keeps_the_part_of_the_one_that_failed(browser: Browser, tmp_path: Path) -> None:
    window = browser.new_context()
    traces.record(window)
    page = window.new_page()
    for number, failed in enumerate([False, True, True]):
        with traces.of_test(window, ended(failed=failed), tmp_path / str(number)):
            page.goto(PAGE if number < 2 else "about:blank")
    window.close()
    assert [traced(tmp_path / str(number)) for number in range(3)] == [[], [True], [False]]
