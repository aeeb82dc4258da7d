"""Wait for what another program does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PAUSE = 0.05  # seconds between two looks

T = TypeVar("T")


def wait_until(look: Callable[[], T], seconds: float) -> T:
    """Look again and again until there is something to see or the time is up.

    Parameters
    ----------
    look : callable
        What it returns is true once the wait is over. It is called at least once, and a last time when the time is up.
    seconds : float

    Returns
    -------
    object
        What ``look`` returned last: false where the time was up.
    """
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(PAUSE)
    return seen
