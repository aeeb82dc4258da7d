"""Work that views do aside: one thing at a time, and no thread that stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

DOUBLE_CLICK = 0.4  # seconds after an action in which another click is still the same one


class SingleTask:
    """Runs actions in a thread, one at a time; a click while one runs does nothing."""

    def __init__(self) -> None:
        self._busy = threading.Lock()
        self._last, self._ended = "", -DOUBLE_CLICK

    @property
    def busy(self) -> bool:
        """Whether an action is under way."""
        return self._busy.locked()

    def run(self, action: Callable[[], None], name: str = "") -> bool:
        """Start an action, and tell whether it was started; its name tells a second click from another button's."""
        if not self._busy.acquire(blocking=False):
            return False
        if name == self._last and time.monotonic() - self._ended < DOUBLE_CLICK:
            self._busy.release()
            return False
        self._last = name
        threading.Thread(target=self._act, args=(action,), daemon=True).start()
        return True

    def _act(self, action: Callable[[], None]) -> None:
        try:
            action()
        finally:
            self._ended = time.monotonic()
            self._busy.release()


class Debouncer:
    """Works on the latest of the values it is given, once no new one has come for a while.

    Parameters
    ----------
    work : callable
        Called in a thread, never twice at a time.
    quiet : float
        Seconds without a new value.
    """

    def __init__(self, work: Callable[[str], None], quiet: float) -> None:
        self._work, self._quiet = work, quiet
        self._changed = threading.Condition()
        self._value: str | None = None
        self._runs = False

    def give(self, value: str) -> None:
        """Put a value in the place of the one that waits."""
        with self._changed:
            self._value = value
            self._changed.notify()
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, daemon=True).start()

    def cancel(self) -> None:
        """Forget what waits."""
        with self._changed:
            self._value = None
            self._changed.notify()

    def _run(self) -> None:
        while (value := self._next()) is not None:
            try:
                self._work(value)
            except BaseException:
                self._runs = False
                raise

    def _next(self) -> str | None:
        with self._changed:
            while self._value is not None and self._changed.wait(self._quiet):
                pass
            value, self._value = self._value, None
            self._runs = value is not None
            return value
