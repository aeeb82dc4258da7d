"""What windows did in tests that failed: `playwright show-trace .workbench/traces/TEST/trace-1.zip` plays it.

Without pictures of each step, which take longer than the tests; ``--tracing=retain-on-failure`` keeps those, too, of
windows that a test has for itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext


def record(context: BrowserContext) -> None:
    """Begin to record what happens in a window."""
    context.tracing.start(sources=True)


@contextmanager
def of_windows(browser: Browser, item: pytest.Item, folder: Path) -> Iterator[Callable[..., BrowserContext]]:
    """Open windows of one test, and keep their traces where it fails.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    item : pytest.Item
        The test.
    folder : pathlib.Path
        For its traces.
    """
    saved = 0

    def new_context(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        close = context.close

        def save_and_close() -> None:
            nonlocal saved
            saved += 1
            context.tracing.stop(path=folder / f"trace-{saved}.zip")
            close()

        context.close = save_and_close  # type: ignore[method-assign, assignment]
        record(context)
        return context

    yield new_context
    if not failed(item):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def of_test(context: BrowserContext, item: pytest.Item, folder: Path) -> Iterator[None]:
    """Keep what a window that several tests share has recorded since the last one, where this one fails."""
    yield
    context.tracing.stop_chunk(path=folder / "trace-1.zip" if failed(item) else None)
    context.tracing.start_chunk()


def failed(item: pytest.Item) -> bool:
    """Say whether a test that has run has failed; pytest-playwright notes it."""
    report: pytest.TestReport | None = getattr(item, "rep_call", None)
    return report is None or report.failed
