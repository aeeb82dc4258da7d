"""docker-py's decoded pull, build and push events: progress while they come, an error where one is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from workbench.errors import TutorialError

Event = dict[str, Any]

STEP = re.compile(r"Step ([1-9]\d*)/(\d+) : ")
BUILT = re.compile(r"Successfully built [0-9a-f]{12}\n")  # pip says so of a wheel too, but names no id
# A layer's bytes are counted while it comes over the network, not a second time while it is unpacked.
MOVING = ("Downloading", "Pushing")
DONE = ("Pull complete", "Download complete", "Already exists", "Pushed", "Layer already exists")


@dataclass(frozen=True)
class Progress:
    """Where a pull, a build or a push is.

    Attributes
    ----------
    done, total : int
        Bytes of the layers announced so far, or steps of a build; both 0 while nothing is known.
    status : str
        The latest line, for people.
    log : str
        A build's own output, in this event.
    """

    done: int
    total: int
    status: str
    log: str = ""


class StreamError(TutorialError):
    """The engine reported an error in the stream; docker-py does not raise for that.

    Attributes
    ----------
    log : str
        Everything the stream said before.
    """

    def __init__(self, message: str, log: str) -> None:
        super().__init__(message, "What it said before:\n" + log.strip()[-2000:])
        self.log = log


def follow(events: Iterable[Event]) -> Iterator[Progress]:
    """Turn the events of one stream into progress.

    Parameters
    ----------
    events : iterable of dict
        What ``client.api.pull``, ``build`` or ``push`` yield with ``stream=True, decode=True``.

    Raises
    ------
    StreamError
        Where an event carries an error.
    """
    layers: dict[str, tuple[int, int]] = {}
    steps = (0, 0)
    log = ""
    for event in events:
        if "error" in event:
            raise StreamError(event["error"].strip(), log)
        line = event.get("stream", "")
        status = event.get("status", "") or line.strip()
        log += line or f"{event.get('id', '')} {status}\n"
        if (step := STEP.match(line)) and int(step[1]) <= int(step[2]):
            # The step that starts is not done yet.
            steps = (int(step[1]) - 1, int(step[2]))
        elif BUILT.match(line):
            steps = (steps[1], steps[1])
        _count(layers, event)
        done, total = steps if steps[1] else (sum(d for d, _ in layers.values()), sum(t for _, t in layers.values()))
        yield Progress(done, total, status, line)


def _count(layers: dict[str, tuple[int, int]], event: Event) -> None:
    layer, detail = event.get("id"), event.get("progressDetail") or {}
    if layer is None:
        return
    if event.get("status") in MOVING and detail.get("total", 0) > 0:
        layers[layer] = (min(detail.get("current", 0), detail["total"]), detail["total"])
    elif event.get("status") in DONE and layer in layers:
        layers[layer] = (layers[layer][1], layers[layer][1])
