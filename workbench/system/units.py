"""Bytes, seconds, moments and numbers of things as people write them."""

from __future__ import annotations

from datetime import datetime, timezone

THOUSAND = 1000
UNITS = ("kB", "MB", "GB", "TB", "PB")
ROUNDED_UP = 999.5  # from here on it is a thousand
MINUTE = 60


def size(number: float) -> str:
    """Write a number of bytes as Docker does, in powers of 1000: ``2.39 kB``, ``352 MB``."""
    if number < ROUNDED_UP:
        return f"{number:.0f} byte{'' if number == 1 else 's'}"
    power = next((power for power in range(1, len(UNITS)) if number / THOUSAND**power < ROUNDED_UP), len(UNITS))
    number /= THOUSAND**power
    # Three digits that mean something, counted after rounding: 9.996 is 10.0.
    digits = next((digits for digits in (2, 1) if round(number, digits) < 10 ** (3 - digits)), 0)
    return f"{number:.{digits}f} {UNITS[power - 1]}"


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
