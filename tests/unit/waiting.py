"""Wait for what happens in another process, and no longer than that."""

from __future__ import annotations

import time
from collections.abc import Callable

WAIT_TIMEOUT = 20  # seconds: a busy machine is slow, and a test that passes never waits that long


def wait_until(happened: Callable[[], object]) -> None:
    """Ask again and again until the answer is yes; fail where it never is."""
    deadline = time.monotonic() + WAIT_TIMEOUT
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
