"""A bar for a pull, a build or a push."""

from __future__ import annotations

import time
from collections.abc import Iterable

import ipywidgets
from IPython.display import display

from workbench.streams import STEP, Event, Progress, follow

INTERVAL = 0.1  # seconds between two updates of the bar: more would slow the stream down


class ProgressView(ipywidgets.VBox):
    """A progress bar with its state as text beneath it.

    Parameters
    ----------
    title : str
        What is going on, for example ``pull python:3.8.10``.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        # The text says what the bar shows, for those who don't see it.
        self._bar = ipywidgets.IntProgress(max=1, layout={"width": "100%"}, tooltip=title)
        self._text = ipywidgets.Label(f"{title}: waiting")
        super().__init__([self._text, self._bar])

    def __repr__(self) -> str:
        return f"<progress of {self.title}>"

    def show(self, progress: Progress) -> None:
        """Show where the stream is."""
        if progress.total:
            self._bar.max, self._bar.value = progress.total, progress.done
        self._text.value = f"{self.title}: {_amount(progress)}{progress.status}"

    def finish(self, seconds: float) -> None:
        """Show that it is done, and how long it took."""
        self._bar.max = self._bar.value = max(self._bar.max, 1)
        self._bar.bar_style = "success"
        self._text.value = f"{self.title}: done in {seconds:.1f} s"

    def fail(self, message: str) -> None:
        """Show that it failed, and why."""
        self._bar.bar_style = "danger"
        self._text.value = f"{self.title}: failed: {message}"


def watch(events: Iterable[Event], title: str) -> None:
    """Show a stream of docker-py's events as a bar; print a build's steps.

    Parameters
    ----------
    events : iterable of dict
        What ``client.api.pull``, ``build`` or ``push`` yield with ``stream=True, decode=True``.
    title : str
        What is going on, for example ``pull python:3.8.10``.

    Raises
    ------
    StreamError
        Where the engine reports an error.
    """
    view = ProgressView(title)
    display(view)
    started = shown = time.monotonic()
    try:
        for progress in follow(events):
            if STEP.match(progress.log):
                print(progress.log.strip())
            if time.monotonic() - shown >= INTERVAL:
                shown = time.monotonic()
                view.show(progress)
    except BaseException as error:  # Ctrl-C too: the bar must not look as if it went on
        view.fail((str(error) or type(error).__name__).splitlines()[0])
        raise
    view.finish(time.monotonic() - started)


def _amount(progress: Progress) -> str:
    if not progress.total:
        return ""
    if progress.log:
        return f"step {min(progress.done + 1, progress.total)} of {progress.total}: "
    return f"{progress.done / 1e6:.1f} of {progress.total / 1e6:.1f} MB: "
