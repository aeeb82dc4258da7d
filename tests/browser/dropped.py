"""Windows with nothing between Chromium and the servers, which have to try again where it drops its connections.

It does so each time that a container starts or ends anywhere on the machine. Other tests get round that by Playwright's
own requests, which find no name below localhost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from .network import NewContext

DROPPED = "ERR_NETWORK_CHANGED"
TRIES = 5


@contextmanager
def window(new_context: NewContext) -> Iterator[BrowserContext]:
    """Open a window without anything between Chromium and the servers."""
    context = new_context(permissions=["local-network-access"], viewport={"width": 1280, "height": 1600})
    context.set_default_timeout(60_000)
    try:
        yield context
    finally:
        context.close()


def visit(new_context: NewContext, act: Callable[[Page], None]) -> None:
    """Do something in a new window; do it again where Chromium dropped its connections meanwhile."""
    dropped: list[str] = []
    for _ in range(TRIES):
        dropped.clear()
        with window(new_context) as context:
            page = context.new_page()
            page.on("requestfailed", lambda request: dropped.append(request.failure or ""))
            try:
                act(page)
            except (AssertionError, Error) as error:
                if not any(DROPPED in failure for failure in [*dropped, str(error)]):
                    raise
            else:
                return
    pytest.fail(f"Chromium dropped its connections {TRIES} times.")


def reach(page: Page, address: str) -> None:
    """Open a page, as often as it takes."""
    for _ in range(TRIES):
        try:
            page.goto(address)
        except Error as error:
            if DROPPED not in str(error):
                raise
        else:
            return
    pytest.fail(f"Chromium dropped its connections {TRIES} times.")
