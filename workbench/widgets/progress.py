"""A pull, a build or a push while it runs: bars with their state as text, and afterwards one line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import ipywidgets
from IPython.display import display

from workbench.engine.events import MOVING, Event, Layer, Progress, Reader, Step
from workbench.system.units import count, duration, size
from workbench.text import escaped, say
from workbench.widgets.base import View

AT_REGISTRY = ("Pushed", "Layer already exists", "Mounted from")
INTERVAL = 0.1  # seconds between two updates: more would slow the stream down
ROWS = 40  # the most layers or steps that are shown at once
OUTPUT = 8  # lines of the running step
FAILED_OUTPUT = 8_000  # characters of the failing step


class ProgressView(View):
    """Where a pull, a build or a push is.

    Parameters
    ----------
    title : str
        What is going on, for example ``pull python:3.8.10``.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self._progress = Progress("")
        # Two widgets: a screen reader reads out the first when it changes, and that is not ten times a second.
        self._line, self._details = ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__([self._line, self._details])
        self._say("waiting")

    @property
    def about(self) -> str:
        """Name what is going on."""
        return f"progress of {self.title}"

    def show(self, progress: Progress) -> None:
        """Show where the stream is."""
        self._progress = progress
        self._details.value = _steps(progress) if progress.steps else _layers(progress, self.title)
        self._say(_stage(progress))

    def finish(self, progress: Progress, seconds: float) -> None:
        """Show in one line what it was, and how long it took; the rest can be unfolded."""
        self._progress = progress
        self._details.value = _folded(progress)
        self._say(f"{_summary(progress)}, {duration(seconds)}")

    def fail(self, message: str) -> None:
        """Show that it failed, where and why, with the output of the failing step."""
        steps, output = self._progress.steps, self._progress.output.strip()[-FAILED_OUTPUT:]
        where = f" at step {steps[-1].number} of {steps[-1].total}" if steps else ""
        self._details.value = _folded(self._progress) + (_output(output) if steps and output else "")
        self._say(f"failed{where}: {message}")

    def _say(self, state: str) -> None:
        line = f"<p role='status'>{escaped(f'{self.title}: {state}')}</p>"
        if line != self._line.value:
            self._line.value = line
            self.snapshot = line.replace(" role='status'", "") + self._details.value


def watch(events: Iterable[Event], title: str) -> None:
    """Show a stream of docker-py's events as bars; print a build's steps.

    Parameters
    ----------
    events : iterable of dict
        What ``client.api.pull``, ``build`` or ``push`` yield with ``stream=True, decode=True``.
    title : str
        What is going on, for example ``pull python:3.8.10``.

    Raises
    ------
    StreamError
        Where the engine reports an error, or the stream breaks off.
    """
    view, reader = ProgressView(title), Reader()
    display(view)
    started, printed = time.monotonic(), 0
    try:
        with _every(INTERVAL, lambda: view.show(reader.progress())):
            for _event in reader.read(events):
                if len(reader.steps) > printed:
                    printed, step = len(reader.steps), reader.steps[-1]
                    say(f"Step {step.number}/{step.total} : {step.instruction}")
    except BaseException as error:  # Ctrl-C too: the view must not look as if it went on
        view.show(reader.progress())
        view.fail((str(error) or type(error).__name__).splitlines()[0])
        raise
    view.finish(reader.progress(), time.monotonic() - started)


@contextmanager
def _every(interval: float, tick: Callable[[], None]) -> Iterator[None]:
    """Call something again and again beside the block, so that its loop has no time to lose with it.

    A stream may be silent for minutes, while a step runs. What came right before must be seen all the same.
    """
    done = threading.Event()

    def loop() -> None:
        while not done.wait(interval):
            tick()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _stage(progress: Progress) -> str:
    """Say where it is, in words that change a few times and not with each byte."""
    if progress.steps:
        step = progress.steps[-1]
        return f"step {step.number} of {step.total}: {step.instruction}"
    if progress.layers:
        complete = sum(layer.complete for layer in progress.layers)
        return f"{complete} of {count(len(progress.layers), 'layer')} complete"
    return progress.status


def _summary(progress: Progress) -> str:
    """Say what it was, without the time: ``9 layers, 352 MB, 3 already here``."""
    if progress.steps:
        cached = sum(step.cached for step in progress.steps)
        return f"{count(len(progress.steps), 'step')}, {cached} from the cache"
    if not progress.layers:
        return "nothing to fetch, all was here already"
    pushed = any(layer.status.startswith(AT_REGISTRY) for layer in progress.layers)
    here = sum(layer.here for layer in progress.layers)
    where = "there" if pushed else "here"
    return f"{count(len(progress.layers), 'layer')}, {size(progress.total)}, {here} already {where}"


def _layers(progress: Progress, title: str) -> str:
    """One bar for all of it, and one for each layer."""
    if not progress.layers:
        return ""
    whole = f"{_bar(progress.done, progress.total, title)} {_amount(progress.done, progress.total, progress.rate)}"
    return f"<p>{whole}</p>{_table(progress.layers, running=True)}"


def _table(layers: tuple[Layer, ...], running: bool) -> str:
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("Layer", "State", "Moved"))
    rows = "".join(_row(layer, running) for layer in layers[:ROWS])
    more = f"<p>and {count(len(layers) - ROWS, 'more layer')}</p>" if len(layers) > ROWS else ""
    return f"<table><caption>Layers</caption><tr>{head}</tr>{rows}</table>{more}"


def _row(layer: Layer, running: bool) -> str:
    name, moved = escaped(layer.name), ""
    if layer.status in MOVING:
        bar = _bar(layer.done, layer.total, f"layer {layer.name}") + " " if running else ""
        moved = bar + _amount(layer.done, layer.total, layer.rate if running else 0)
    elif layer.total:
        moved = size(layer.total)
    return f"<tr><th scope='row'>{name}</th><td>{escaped(layer.status)}</td><td>{moved}</td></tr>"


def _bar(done: int, total: int, name: str) -> str:
    # The element of HTML has a role and says its value; a widget's bar has none.
    position = f" max='{total}' value='{done}'" if total else ""
    return f"<progress aria-label='{escaped(name)}'{position}></progress>"


def _amount(done: int, total: int, rate: float) -> str:
    text = f"{size(done)} of {size(total)}" if total else size(done)
    if rate < 1:  # byte per second: it stands still, or nothing is known yet
        return text
    left = f", {duration((total - done) / rate)} left" if total > done else ""
    return f"{text}, {size(rate)}/s{left}"


def _steps(progress: Progress) -> str:
    output = "\n".join(progress.output.strip().splitlines()[-OUTPUT:])
    layers = "" if progress.done else _layers(progress, "base image")  # pulled in the first step
    return _list(progress.steps) + layers + (_output(output) if output else "")


def _list(steps: tuple[Step, ...]) -> str:
    items = (f"<li>{escaped(step.instruction)}{_mark(step)}</li>" for step in steps[-ROWS:])
    return f"<ol start='{max(1, len(steps) - ROWS + 1)}'>{''.join(items)}</ol>"


def _mark(step: Step) -> str:
    return " <em>(from the cache)</em>" if step.cached else ""


def _output(text: str) -> str:
    # A long line is wrapped, and a long text scrolled by keyboard.
    return f"<pre tabindex='0' aria-label='output' style='white-space: pre-wrap'>{escaped(text)}</pre>"


def _folded(progress: Progress) -> str:
    if progress.steps:
        return f"<details>{_unfold('Steps')}{_list(progress.steps)}</details>"
    if not progress.layers:
        return ""
    return f"<details>{_unfold('Layer by layer')}{_table(progress.layers, running=False)}</details>"


def _unfold(text: str) -> str:
    # JupyterLab takes the triangle away that says that there is more.
    return f"<summary style='list-style: revert'>{text}</summary>"
