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
from workbench.text import say
from workbench.widgets.base import View
from workbench.widgets.markup import Html, joined, table

AT_REGISTRY = ("Pushed", "Layer already exists", "Mounted from")
INTERVAL = 0.1  # seconds between two updates: more would slow the stream down
ROWS = 40  # the most layers or steps that are shown at once
OUTPUT = 8  # lines of the running step
FAILED_OUTPUT = 8_000  # characters of the failing step
NOTHING = Html()
CACHED = Html(" <em>(from the cache)</em>")
# JupyterLab takes the triangle away that says that there is more.
FOLDED = Html("<details><summary style='list-style: revert'>{}</summary>{}</details>")


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
        self._details.value = joined([_folded(self._progress), _output(output) if steps else ""])
        self._say(f"failed{where}: {message}")

    def _say(self, state: str) -> None:
        said = f"{self.title}: {state}"
        line = Html("<p role='status'>{}</p>").format(said)
        if line != self._line.value:
            self._line.value = line
            self.snapshot = Html("<p>{}</p>").format(said) + Html(self._details.value)  # noqa: S704 - our own


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


def _layers(progress: Progress, title: str) -> Html:
    """One bar for all of it, and one for each layer."""
    if not progress.layers:
        return NOTHING
    bar = _bar(progress.done, progress.total, title)
    amount = _amount(progress.done, progress.total, progress.rate)
    return Html("<p>{} {}</p>{}").format(bar, amount, _table(progress.layers, running=True))


def _table(layers: tuple[Layer, ...], running: bool) -> Html:
    rows = [(layer.name, layer.status, _moved(layer, running)) for layer in layers[:ROWS]]
    hidden = count(len(layers) - ROWS, "more layer")
    more = Html("<p>and {}</p>").format(hidden) if len(layers) > ROWS else NOTHING
    return table("Layers", ("Layer", "State", "Moved"), rows) + more


def _moved(layer: Layer, running: bool) -> str:
    if layer.status in MOVING:
        bar = _bar(layer.done, layer.total, f"layer {layer.name}") + " " if running else ""
        return bar + _amount(layer.done, layer.total, layer.rate if running else 0)
    return size(layer.total) if layer.total else ""


def _bar(done: int, total: int, name: str) -> Html:
    # The element of HTML has a role and says its value; a widget's bar has none.
    position = Html(" max='{}' value='{}'").format(total, done) if total else ""
    return Html("<progress aria-label='{}'{}></progress>").format(name, position)


def _amount(done: int, total: int, rate: float) -> str:
    text = f"{size(done)} of {size(total)}" if total else size(done)
    if rate < 1:  # byte per second: it doesn't move, or nothing is known yet
        return text
    left = f", {duration((total - done) / rate)} left" if total > done else ""
    return f"{text}, {size(rate)}/s{left}"


def _steps(progress: Progress) -> Html:
    output = "\n".join(progress.output.strip().splitlines()[-OUTPUT:])
    layers = NOTHING if progress.done else _layers(progress, "base image")  # pulled in the first step
    return _list(progress.steps) + layers + _output(output)


def _list(steps: tuple[Step, ...]) -> Html:
    items = (Html("<li>{}{}</li>").format(step.instruction, CACHED if step.cached else "") for step in steps[-ROWS:])
    return Html("<ol start='{}'>{}</ol>").format(max(1, len(steps) - ROWS + 1), joined(items))


def _output(text: str) -> Html:
    # A long line is wrapped, and a long text scrolled by keyboard.
    shown = Html("<pre tabindex='0' aria-label='output' style='white-space: pre-wrap'>{}</pre>")
    return shown.format(text) if text else NOTHING


def _folded(progress: Progress) -> Html:
    if progress.steps:
        return FOLDED.format("Steps", _list(progress.steps))
    if not progress.layers:
        return NOTHING
    return FOLDED.format("Layer by layer", _table(progress.layers, running=False))
