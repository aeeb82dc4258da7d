"""A container with its doors, its state and its log, and buttons to start and stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import ipywidgets

from workbench.engine.container_status import NOT_YET, REMOVED, UNKNOWN, ContainerStatus, PublishedPort
from workbench.errors import TutorialError
from workbench.text import last_part
from workbench.widgets.background import SingleTask
from workbench.widgets.base import View
from workbench.widgets.markup import Html, joined, lines, live_status

DRAWN = 8  # doors in the picture; a range of ports has many more
SNAPSHOT_LINES, SNAPSHOT_SIZE = 60, 8000
LONGEST_ESCAPE = 5  # characters, those of &amp; and &#34;
EMPTY = "The log is empty."
ROW = 44  # units of the picture
BOX = Html(
    '<rect x="{x}" y="1" width="138" height="{height}" rx="6" fill="none" stroke="currentColor"/>'
    '<text x="{middle}" y="18" text-anchor="middle">{name}</text>'
)
ARROW = Html(
    '<text x="70" y="{text}" text-anchor="middle">{host}</text>'
    '<path d="M140 {y}h72" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="{dashes}"/>'
    '<path d="M220 {y}l-10 -5v10z"/>'
    '<text x="291" y="{text}" text-anchor="middle">{container}</text>'
)
PICTURE = Html(
    '<svg role="img" aria-label="{label}" viewBox="0 0 361 {height}" fill="currentColor" font-size="13"'
    ' style="width:100%;max-width:30em;height:auto">{parts}</svg>{warning}'
)
WARNING = Html("<p>Published on every address of this machine, for anyone who can reach it.</p>")
# The log with its end in sight: turned round, a box that scrolls begins at its end.
LOG = Html(
    '<div role="region" tabindex="0" aria-label="Log of {name}"'
    ' style="display:flex;flex-direction:column-reverse;max-height:20em;overflow:auto">'
    '<pre style="white-space:pre-wrap;overflow-wrap:anywhere;margin:0">{log}</pre></div>'
)


@dataclass(frozen=True)
class Actions:
    """What the controls call; those that fail raise a ``TutorialError``.

    Attributes
    ----------
    start : callable
        Gets the host port.
    stop, restart : callable
    look : callable
        Returns the ``ContainerStatus`` of this moment.
    objection : callable
        Says why a host port can't be had; returns an empty string where it can.
    close : callable
        Called when the panel is closed.
    """

    start: Callable[[int], None]
    stop: Callable[[], None]
    restart: Callable[[], None]
    look: Callable[[], ContainerStatus]
    objection: Callable[[int], str]
    close: Callable[[], None]


class RunPanel(View):
    """A panel for one container.

    Parameters
    ----------
    title : str
        What it is about; the same in each run.
    seen : ContainerStatus
        The container now.
    actions : Actions
    port : int, optional
        Host port to begin with, where the panel makes the container itself. Else the ports are what they are.
    """

    def __init__(self, title: str, seen: ContainerStatus, actions: Actions, port: int | None = None) -> None:
        self.title, self._do, self._own = title, actions, port is not None
        self._once, self._seen, self._busy, self._problem = SingleTask(), seen, "", ""
        self.port = ipywidgets.IntText(port or 0, description="Host port", layout={"width": "12em"})
        self.start = _button("Start", "Start the container", lambda: actions.start(self.port.value), self._press)
        self.stop = _button("Stop", "Ask the program to end, and end it after a second", actions.stop, self._press)
        self.restart = _button("Restart", "Stop the container and start it again", actions.restart, self._press)
        self.refresh = _button("Look again", "Ask the engine how the container is", lambda: None, self._press)
        self.picture, self.status, self.output = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        row = {"display": "flex", "flex_flow": "row wrap"}
        controls = [self.port] if self._own else []
        buttons = ipywidgets.Box([*controls, self.start, self.stop, self.restart, self.refresh], layout=row)
        super().__init__([self.picture, buttons, self.status, self.output])
        self.port.observe(self._choose, "value")
        if self._own:
            self._problem = self._do.objection(self.port.value)
        self._render()

    @property
    def about(self) -> str:
        """Name the container, or what it will be made from."""
        return f"run panel of {self.title}"

    def show(self, seen: ContainerStatus) -> None:
        """Show the container as it is now."""
        if self._own and seen.status == REMOVED:
            seen = ContainerStatus(
                "", NOT_YET, published=self._published_port(), note="The container was removed; Start makes a new one."
            )
        self._seen = seen
        self._render()

    def close(self) -> None:
        """Close the panel; nothing looks at the container on its behalf any more."""
        self._do.close()
        super().close()

    def _published_port(self) -> tuple[PublishedPort, ...]:
        return (replace(self._seen.published[0], host_port=str(self.port.value)),) if self._seen.published else ()

    def _choose(self, _change: object) -> None:
        self._problem = self._do.objection(self.port.value)
        if self._seen.status == NOT_YET:
            self._seen = replace(self._seen, published=self._published_port())
        self._render()

    def _press(self, name: str, action: Callable[[], None]) -> None:
        self._once.run(lambda: self._act(name, action), name)

    def _act(self, name: str, action: Callable[[], None]) -> None:
        """Do what a button says; runs in a thread."""
        self._busy, self._problem = f"{name}: under way.", ""
        self._render()
        try:
            action()
        except TutorialError as error:
            self._problem = f"{error.what} {error.fix}".strip()
        finally:
            # Looked at first: the buttons come back when the action is over, and not while the engine is still asked.
            seen = self._after()
            self._busy = ""
            self.show(seen)

    def _after(self) -> ContainerStatus:
        seen = self._do.look()
        return replace(seen, published=self._published_port()) if seen.status == NOT_YET else seen

    def _render(self) -> None:
        seen, name = self._seen, self._seen.name or self.title
        runs = seen.status in ("running", "restarting", "paused")
        self.start.disabled = bool(self._busy) or runs or seen.over
        self.stop.disabled = bool(self._busy) or not runs
        self.restart.disabled = bool(self._busy) or seen.status != "running"
        self.refresh.disabled = bool(self._busy) or seen.status == REMOVED
        self.port.disabled = bool(self._busy) or runs or seen.status == UNKNOWN
        picture = _picture(seen)
        status = lines([f"{name}: {seen.words}.", self._busy, self._problem, seen.note])
        self.picture.value, self.status.value = picture, live_status(status)
        self.output.value = LOG.format(name=name, log=seen.log or EMPTY)
        if seen.status == REMOVED:
            return  # a page without a kernel shows what there was, and the page removes all at its end
        short = LOG.format(name=name, log=_short(seen.log) or EMPTY)
        self.snapshot = Html("{}<p>{}</p>{}").format(picture, status, short)


def _button(
    name: str, tooltip: str, action: Callable[[], None], press: Callable[[str, Callable[[], None]], None]
) -> ipywidgets.Button:
    button = ipywidgets.Button(description=name, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(lambda _button: press(name, action))
    return button


def _short(log: str) -> str:
    """Keep the end of a log that takes little space in a page, where ``<`` takes four characters."""
    short = last_part(log, SNAPSHOT_LINES, SNAPSHOT_SIZE)
    while (over := len(Html.escape(short)) - SNAPSHOT_SIZE) > 0:
        short = last_part(short, SNAPSHOT_LINES, len(short) - max(1, over // LONGEST_ESCAPE))
    return short


def _sentence(seen: ContainerStatus) -> str:
    """Say what the picture shows."""
    if not seen.published:
        return "No port is published: there is no door between this machine and the container."
    open_now = "leads to" if seen.status == "running" else "will lead to"
    doors = [
        f"{door.address}:{door.host_port or '?'} {open_now} {door.container_port}" for door in seen.published[:DRAWN]
    ]
    more = len(seen.published) - DRAWN
    return f"From this machine to the container: {', '.join(doors)}{f', and {more} more' if more > 0 else ''}."


def _picture(seen: ContainerStatus) -> Html:
    """Draw the doors; a door of a container that doesn't run is dashed."""
    doors = seen.published[:DRAWN]
    height = 30 + ROW * max(1, len(doors))
    dashes = "none" if seen.status == "running" else "5 4"
    parts = [
        BOX.format(x=1, middle=70, height=height - 2, name="this machine"),
        BOX.format(x=222, middle=291, height=height - 2, name="container"),
    ]
    for number, door in enumerate(doors):
        y = 46 + number * ROW
        host = f"{door.address}:{door.host_port or '?'}"
        parts.append(ARROW.format(y=y, text=y + 5, dashes=dashes, host=host, container=door.container_port))
    wide = any(door.address in ("0.0.0.0", "::") for door in seen.published)  # noqa: S104 - to warn of it
    warning = WARNING if wide else ""
    return PICTURE.format(label=_sentence(seen), height=height, parts=joined(parts), warning=warning)
