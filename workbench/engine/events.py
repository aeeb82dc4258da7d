"""docker-py's decoded pull, build and push events, one reader: progress while they come, an error where one is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from docker.errors import APIError

from workbench.engine.client import ENGINE_ERRORS
from workbench.errors import TutorialError
from workbench.text import Log, plain

Event = dict[str, Any]

STEP = re.compile(r"Step ([1-9]\d*)/(\d+) : (.*)")
BUILT = re.compile(r"Successfully built [0-9a-f]{12}\n")  # pip says so of a wheel too, but names no id
CACHED = " ---> Using cache\n"
PULLED = "Status: "  # the last line of a pull, after the name has been tied to the image
PUSHED = "digest: sha256:"
# A layer's bytes are counted while it comes over the network, not a second time while it is unpacked.
MOVING = ("Downloading", "Pushing")
MOVED = ("Verifying Checksum", "Download complete", "Extracting", "Pull complete", "Pushed")
HERE = ("Already exists", "Layer already exists", "Mounted from")  # the last one goes on: from where
COMPLETE = ("Pull complete", "Pushed", *HERE)
WHOLE_LOG = 1_000_000  # characters of output that are kept
STEP_LOG = 16_000  # the same, of one step
SETTLED = 0.3  # seconds until a rate means something


@dataclass(frozen=True)
class Layer:
    """One layer on its way.

    Attributes
    ----------
    name : str
        What the engine calls it, 12 digits.
    status : str
        The engine's word for what it does with it.
    done, total : int
        Bytes that have moved, and bytes to move; a total of 0 is not known, or needs not move.
    here : bool
        It was at its destination already.
    rate : float
        Bytes per second; 0 while not known.
    """

    name: str
    status: str
    done: int = 0
    total: int = 0
    here: bool = False
    rate: float = 0

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.status.startswith(COMPLETE)


@dataclass(frozen=True)
class Step:
    """One step of a build, as the engine announced it; ``cached`` where its result was taken from the cache."""

    number: int
    total: int
    instruction: str
    cached: bool = False


@dataclass(frozen=True)
class Progress:
    """Where a pull, a build or a push is.

    Attributes
    ----------
    status : str
        The latest line, for people.
    layers : tuple of Layer
    steps : tuple of Step
        A build's steps so far; the last one is under way, unless the build is finished.
    finished : bool
    output : str
        The last that the latest step printed.
    """

    status: str
    layers: tuple[Layer, ...] = ()
    steps: tuple[Step, ...] = ()
    finished: bool = False
    output: str = ""

    @property
    def done(self) -> int:
        """Bytes moved of the layers whose size is known, or steps of a build that are done."""
        if self.steps:
            return self.total if self.finished else len(self.steps) - 1
        return sum(layer.done for layer in self.layers if layer.total)

    @property
    def total(self) -> int:
        """Bytes of the layers announced so far, or steps of a build; 0 while nothing is known."""
        return self.steps[-1].total if self.steps else sum(layer.total for layer in self.layers)

    @property
    def rate(self) -> float:
        """Bytes per second, of all the layers that are moving."""
        return sum(layer.rate for layer in self.layers if layer.status in MOVING)


class StreamError(TutorialError):
    """The engine reported an error in the stream, or the stream broke off; docker-py does not raise for the first.

    Attributes
    ----------
    log : str
        What the stream said before, up to its last million characters.
    """

    def __init__(self, message: str, log: str) -> None:
        super().__init__(message, "What it said before:\n" + log.strip()[-2000:])
        self.log = log


class Reader:
    """Reads one stream and knows at any time where it is.

    Parameters
    ----------
    clock : callable
        Seconds, for the rates.

    Attributes
    ----------
    steps : list of Step
        Of a build, those that have begun.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tracks: dict[str, _Track] = {}
        self.steps: list[Step] = []
        self._log, self._step_log = Log(WHOLE_LOG), Log(STEP_LOG)
        self._status = ""
        self._building = self._finished = False

    def read(self, events: Iterable[Event]) -> Iterator[Event]:
        """Hand each event on after having read it.

        Parameters
        ----------
        events : iterable of dict
            What ``client.api.pull``, ``build`` or ``push`` yield with ``stream=True, decode=True``.

        Raises
        ------
        StreamError
            Where an event carries an error, the connection breaks off, or the stream ends before the
            engine has said that all is done.
        """
        try:
            for event in events:
                self._take(event)
                yield event
        except ENGINE_ERRORS as error:
            raise StreamError(_why_cut(error), str(self._log)) from error
        if not self._finished:
            raise StreamError("The stream ended before the engine said that it was done.", str(self._log))

    def progress(self) -> Progress:
        """Say where the stream is; another thread may ask while this one reads."""
        layers = [track.layer(name) for name, track in list(self._tracks.items())]
        return Progress(self._status, tuple(layers), tuple(self.steps), self._finished, str(self._step_log))

    def _take(self, event: Event) -> None:
        if not isinstance(event, dict):
            raise TypeError("These are no events: the call needs stream=True and decode=True.")
        if "error" in event or "errorDetail" in event:
            reason = (event.get("errorDetail") or {}).get("message") or event.get("error") or "It gave no reason."
            raise StreamError(plain(str(reason)).strip(), str(self._log))
        if output := event.get("stream"):
            self._take_output(output)
        elif status := event.get("status"):
            self._take_status(status, event)
        elif aux := event.get("aux"):
            # A build's image has an ID. The digest of a base that it pulls tells nothing about the build.
            self._finished |= ("ID" if self._building else "Digest") in aux

    def _take_output(self, text: str) -> None:
        self._building = True
        self._status = text.strip() or self._status
        step = STEP.match(text)
        if step and self._is_next(int(step[1]), int(step[2])):
            self.steps.append(Step(int(step[1]), int(step[2]), step[3].strip()))
            self._step_log = Log(STEP_LOG)
        elif text == CACHED and self.steps and not str(self._step_log).strip():
            self.steps[-1] = replace(self.steps[-1], cached=True)
        elif not (step and self.steps and step[3].strip() == self.steps[-1].instruction):  # else said twice
            self._finished |= BUILT.match(text) is not None
            self._step_log.add(text)
        self._log.add(text)

    def _is_next(self, number: int, total: int) -> bool:
        """Whether a program's own output that looks like a step can be told from one."""
        return number == len(self.steps) + 1 <= total and all(step.total == total for step in self.steps[:1])

    def _take_status(self, status: str, event: Event) -> None:
        name = event.get("id")
        if name is None or status.startswith("Pulling from"):  # there the id is a tag
            self._finished |= not self._building and (status.startswith(PULLED) or PUSHED in status)
            self._status = status
            self._log.add(status + "\n")
            return
        track = self._tracks.setdefault(name, _Track())
        if track.status != status:
            self._status = status
            self._log.add(f"{name} {status}\n")
        track.take(status, event.get("progressDetail") or {}, self._clock())


class _Track:
    """What is known of one layer so far."""

    def __init__(self) -> None:
        self.status = ""
        self._here = False
        self._done = self._total = 0
        self._first = self._last = (0.0, 0)  # a time and the bytes that had moved

    def take(self, status: str, detail: dict[str, Any], now: float) -> None:
        """Take in what an event says of this layer; older engines give a total of -1, newer ones count seconds too."""
        fresh, self.status = status not in MOVING or self.status != status, status
        total = 0 if "units" in detail else max(detail.get("total") or 0, 0)
        if status.startswith(HERE):
            self._here, self._done, self._total = True, 0, 0
        elif status in MOVED:
            self._done = self._total = max(total, self._total, self._done)
        elif status in MOVING and "units" not in detail:
            current = max(detail.get("current") or 0, 0)
            self._done, self._total = min(current, total) if total else current, total
            self._last = (now, self._done)
            if fresh or self._done < self._first[1]:  # it starts, or starts again
                self._first = self._last

    def layer(self, name: str) -> Layer:
        """Give what is known as plain data."""
        (start, before), (end, after) = self._first, self._last
        rate = (after - before) / (end - start) if end - start >= SETTLED else 0.0
        return Layer(name, self.status, self._done, self._total, self._here, max(rate, 0.0))


def _why_cut(error: Exception) -> str:
    if isinstance(error, APIError) and error.explanation:
        return str(error.explanation)
    said = " ".join(str(error).split())
    return f"The connection to the engine broke off ({said or type(error).__name__}). Does it still run?"
