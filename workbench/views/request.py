"""Controls for the query string of ``/degrees``: move them and see what curl would get."""

from __future__ import annotations

import html

import ipywidgets
import requests

YEARS = (1990, 1995)  # one more than the last record: an empty answer is an answer too
LIMITS = (0, 5)


class RequestView(ipywidgets.VBox):
    """Sliders for ``start`` and ``limit``, the curl line that they make, and the answer.

    Parameters
    ----------
    port : int
        Host port on 127.0.0.1 where ``degrees_api`` answers.
    """

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/degrees"
        self.start = _slider("start", *YEARS)
        self.limit = _slider("limit", *LIMITS)
        self.limit.value = 2
        self._answer = ipywidgets.HTML()
        self.start.observe(self._ask, "value")
        self.limit.observe(self._ask, "value")
        super().__init__([self.start, self.limit, self._answer])
        self._ask()

    def __repr__(self) -> str:
        return "<controls for /degrees>"

    def _ask(self, _change: object = None) -> None:
        """Send the request that the controls describe, and show what comes back."""
        query = f"start={self.start.value}&limit={self.limit.value}"
        try:
            reply = requests.get(f"{self._url}?{query}", timeout=5)
            answer = f"{reply.status_code} {reply.reason}\n{reply.text}"
        except requests.RequestException:
            answer = "No answer.\nDoes the container still run? docker ps tells."
        command = f"$ curl '{self._url}?{query}'"
        self._answer.value = f"<pre role='status'>{html.escape(command)}\n{html.escape(answer)}</pre>"


def _slider(name: str, low: int, high: int) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(low, low, high, description=name, continuous_update=False, tooltip=name)
