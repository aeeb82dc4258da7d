"""A question to a server, and why no answer came."""

from __future__ import annotations

import requests

from workbench.engine import ports

REQUEST_TIMEOUT = 2  # seconds for each step of a request


def status(url: str, login: tuple[str, str] | None = None) -> int:
    """Return the status of an answer, 0 where none came. Past any proxy, which has its own probe."""
    try:
        return ports.http_get(url, auth=login, timeout=REQUEST_TIMEOUT).status_code
    except requests.RequestException:
        return 0


def reason(error: requests.RequestException) -> str:
    """Give the innermost cause, without pools and retries."""
    cause: BaseException = error
    while inner := [one for one in (getattr(cause, "reason", None), *cause.args) if isinstance(one, BaseException)]:
        cause = inner[0]
    return str(cause).split(": ", 1)[-1] or type(cause).__name__
