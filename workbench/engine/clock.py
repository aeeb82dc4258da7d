"""The engine's own clock, which may differ from this machine's."""

from __future__ import annotations

import re
from datetime import datetime

import docker

# RFC 3339 with up to nine digits after the point, of which Python reads six.
WRITTEN = re.compile(r"(\S{19})(\.\d+)?(Z|[+-]\d\d:\d\d)")


def now(client: docker.DockerClient) -> float:
    """Ask the engine for the time, in seconds since 1970.

    The same on the command line: ``docker info --format '{{.SystemTime}}'``.
    """
    return seconds(client.info()["SystemTime"])


def seconds(written: str) -> float:
    """Read a moment as the engine writes it, ``2026-11-24T09:30:00.123456789Z``, in seconds since 1970."""
    found = WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError(written)
    day, fraction, zone = found.groups()
    return datetime.fromisoformat(day + zone.replace("Z", "+00:00")).timestamp() + float(fraction or 0)
