"""Wait for what happens in another process or thread."""

from __future__ import annotations

from collections.abc import Callable

from workbench.system import waiting

WAIT_TIMEOUT = 60  # seconds: a busy machine is slow, and a test that passes never waits that long


def wait_until(happened: Callable[[], object], otherwise: str = "it did not happen") -> None:
    """Look again and again until it happened; fail where it never does."""
    assert waiting.wait_until(happened, WAIT_TIMEOUT), otherwise
