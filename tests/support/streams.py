"""Streams of events as a real engine sent them, and how a reader gets on with them."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from workbench.engine.events import Event, Progress, Reader, StreamError

FOLDER = Path(__file__).parents[1] / "data/streams"
STREAMS: dict[str, list[Event]] = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
FAILING = {"build_failing", "push_denied"}
GOOD = sorted(set(STREAMS) - FAILING)


def follow(events: list[Event]) -> list[Progress]:
    """Read a stream to its end and say after each event where it is."""
    reader = Reader()
    return [reader.progress() for _event in reader.read(events)]


def unfinished(events: list[Event]) -> list[Progress]:
    """Do the same with events that may stop anywhere."""
    told: list[Progress] = []
    with suppress(StreamError):
        reader = Reader()
        told.extend(reader.progress() for _event in reader.read(events))
    return told


def positions(told: list[Progress]) -> list[tuple[int, int]]:
    """List where the bar stands, each position once."""
    return list(dict.fromkeys((progress.done, progress.total) for progress in told))
