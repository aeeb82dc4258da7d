"""Bytes, seconds, moments and numbers of things as people write them."""

from __future__ import annotations

from datetime import datetime, timezone

THOUSAND = 1000
MINUTE = 60


def size(number: float) -> str:
    """Write a number of bytes as Docker does, in powers of 1000: ``2.39 kB``, ``352 MB``."""
    if number < THOUSAND:
        return f"{number:.0f} byte{'' if number == 1 else 's'}"
    for unit in ("kB", "MB", "GB"):
        number /= THOUSAND
        if number < THOUSAND - 0.5 or unit == "GB":
            break
    # Three digits that mean something.
    return f"{number:.{max(0, 3 - len(str(int(number))))}f} {unit}"


def duration(seconds: float) -> str:
    """Write seconds: ``0.4 s``, ``12 s``, ``2 min 5 s``."""
    if seconds < 9.95:  # noqa: PLR2004 - below, a tenth tells something
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def moment(seconds: float) -> str:
    """Write seconds since 1970 as a local time: ``2024-10-07 09:30``."""
    return f"{datetime.fromtimestamp(seconds, timezone.utc).astimezone():%Y-%m-%d %H:%M}"


def count(number: int, thing: str) -> str:
    """Write a number of things: ``1 layer``, ``9 layers``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
