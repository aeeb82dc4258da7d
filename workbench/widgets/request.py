"""Controls for a request to ``degrees_api``: choose one and see what curl would get."""

from __future__ import annotations

import ipywidgets

from workbench.engine.http_request import Answer, address, ask, curl
from workbench.text import last_part
from workbench.widgets.base import View
from workbench.widgets.markup import Html, lines, live_status
from workbench.widgets.slider import Slider

YEARS = (1990, 1995)  # one more than the last record: an empty answer is an answer too
LIMITS = (0, 5)
IDS = (0, 5)  # one more than the last record, again: so one can see what is answered then

ALL, ONE, NUMBER, OTHER = "/degrees", "/degrees/<id>", "/degrees/<id>/degrees", "another path"
FIELD = {"width": "18em", "max_width": "calc(100% - 4px)"}  # ipywidgets leave 2 px on each side
REQUEST = Html(
    '<p>The request:</p><pre style="white-space:pre-wrap;overflow-wrap:anywhere;overflow:visible;margin:0">'
    "<code>{}</code></pre>"
)
REPLY = Html('<pre style="white-space:pre-wrap;overflow-wrap:anywhere;overflow:visible;margin:0">\n{}</pre>')
# A field that can be reached, selected and copied by keyboard, and not changed.
TO_COPY = Html(
    '<textarea readonly rows="{}" aria-label="The same request as a command, to copy" spellcheck="false"'
    ' style="width:100%;box-sizing:border-box;font-family:monospace;color:inherit;background:transparent">'
    "\n{}</textarea>"
)
SNAPSHOT_SIZE = 4000  # characters


class RequestView(View):
    """Controls for route, ``start`` and ``limit``, the curl line that they make, and the answer.

    Parameters
    ----------
    port : int
        Host port on 127.0.0.1 where ``degrees_api`` answers.
    """

    about = "controls for /degrees"

    def __init__(self, port: int) -> None:
        self._port = port
        self.route = ipywidgets.Dropdown(options=[ALL, ONE, NUMBER, OTHER], description="route", layout=FIELD)
        self.id = Slider("id", *IDS)
        self.path = ipywidgets.Text(ALL, description="path", continuous_update=False, layout=FIELD)
        self.start, self.send_start = Slider("start", *YEARS), _switch("send start")
        self.limit, self.send_limit = Slider("limit", *LIMITS), _switch("send limit")
        self.limit.value = 2
        self.again = ipywidgets.Button(description="Ask again", tooltip="Send the same request once more")
        self.again.layout.width = "auto"
        self.answer = ipywidgets.HTML()
        row = {"display": "flex", "flex_flow": "row wrap"}
        self._query = [self.send_start, self.start, self.send_limit, self.limit]
        controls = ipywidgets.Box([self.route, self.id, self.path, *self._query, self.again], layout=row)
        super().__init__([controls, self.answer])
        for control in (self.route, self.id, self.path, *self._query):
            control.observe(self._ask, "value")
        self.again.on_click(self._ask)
        self._ask()

    @property
    def url(self) -> str:
        """What the controls describe."""
        route = str(self.route.value)
        if route == OTHER:
            return address(self._port, self.path.value)
        if route != ALL:
            return address(self._port, route.replace("<id>", str(self.id.value)))
        chosen = {"start": (self.send_start, self.start), "limit": (self.send_limit, self.limit)}
        return address(self._port, route, {name: field.value for name, (sent, field) in chosen.items() if sent.value})

    def _ask(self, _change: object = None) -> None:
        """Send the request that the controls describe, and show what comes back."""
        self._show_those_that_count()
        url = self.url
        answer = ask(url)
        command = curl(url)
        to_copy = TO_COPY.format(1 + len(command) // 60, command)
        self.answer.value = to_copy + live_status(_said(answer)) + _reply(answer, answer.body)
        body = answer.body if len(answer.body) <= SNAPSHOT_SIZE else last_part(answer.body, 100, SNAPSHOT_SIZE)
        said = Html("<p>{}</p>").format(_said(answer))
        self.snapshot = REQUEST.format(command) + said + _reply(answer, body)

    def _show_those_that_count(self) -> None:
        """Hide the controls that the chosen route doesn't use."""
        route = self.route.value
        for control in self._query:
            control.layout.display = None if route == ALL else "none"
        self.id.layout.display = None if route in (ONE, NUMBER) else "none"
        self.path.layout.display = None if route == OTHER else "none"
        self.start.disabled, self.limit.disabled = not self.send_start.value, not self.send_limit.value


def _switch(name: str) -> ipywidgets.Checkbox:
    return ipywidgets.Checkbox(value=True, description=name, indent=False, layout={"width": "auto"})


def _said(answer: Answer) -> Html:
    records = "" if answer.records is None else f", {answer.records} record{'' if answer.records == 1 else 's'}"
    return lines([answer.status + records, answer.problem])


def _reply(answer: Answer, body: str) -> Html:
    return REPLY.format("\n".join([*answer.headers, "", body])) if answer.status else Html()
