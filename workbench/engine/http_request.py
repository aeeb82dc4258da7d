"""Ask a program over HTTP as curl would, and say in plain words what came back."""

from __future__ import annotations

import json
import re
import shlex
import time
import urllib.parse
from dataclasses import dataclass

import requests

from workbench.settings import LOOPBACK
from workbench.text import printable

REQUEST_TIMEOUT = 5  # seconds until an answer must have begun, and seconds until it must be whole
LARGEST = 64_000  # bytes of an answer that are read
PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes
    ----------
    status : str
        As ``200 OK``; empty where no answer came.
    headers : tuple of str
        As ``Content-Type: application/json``.
    body : str
        Printable, at most ``LARGEST`` bytes of it.
    problem : str
        In plain words, why no answer came or why it is not whole.
    """

    status: str = ""
    headers: tuple[str, ...] = ()
    body: str = ""
    problem: str = ""

    @property
    def records(self) -> int | None:
        """How many records the body lists; None where it lists none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return len(value) if isinstance(value, list) else None


def address(port: int, path: str, query: dict[str, int] | None = None) -> str:
    """Write the URL of a path on 127.0.0.1, with nothing in it that a URL may not hold or curl would act on."""
    path = "/" + path.strip().lstrip("/")
    # What is quoted already stays as it is. curl takes [] and {} for patterns, and # for the end.
    quoted = urllib.parse.quote(PERCENT.sub("%25", path), safe="/?&=%+,:@~", errors="replace")
    return f"http://{LOOPBACK}:{port}{quoted}" + (f"?{urllib.parse.urlencode(query)}" if query else "")


def curl(url: str) -> str:
    """Write the command that asks the same: ``curl -i URL``, quoted for the shell."""
    return f"curl -i {shlex.quote(url)}"


def ask(url: str) -> Answer:
    """Send one GET request and read the answer, up to ``LARGEST`` bytes and ``REQUEST_TIMEOUT`` seconds of it.

    The same on the command line: ``curl -i URL``; like curl it follows no redirection.
    """
    try:
        # curl asks for no compression; requests would.
        with requests.get(
            url, timeout=REQUEST_TIMEOUT, stream=True, allow_redirects=False, headers={"Accept-Encoding": "identity"}
        ) as reply:
            headers = tuple(printable(f"{name}: {value}".encode()) for name, value in reply.headers.items())
            body, problem = _body(reply)
            status = f"{reply.status_code} {printable((reply.reason or '').encode())}".strip()
            return Answer(status, headers, printable(body), problem)
    except (requests.RequestException, ValueError) as error:
        return Answer(problem=_in_plain_words(error))


def _body(reply: requests.Response) -> tuple[bytes, str]:
    """Read the body; what came before it broke off is kept."""
    body, deadline = b"", time.monotonic() + REQUEST_TIMEOUT
    try:
        for part in reply.iter_content(4096):
            body += part
            if len(body) > LARGEST:
                return body[:LARGEST], f"The answer is longer; these are its first {LARGEST:,} bytes."
            if time.monotonic() > deadline:
                return body, f"The answer was not whole after {REQUEST_TIMEOUT} s."
    except requests.RequestException as error:
        return body, f"The answer broke off. {_in_plain_words(error)}"
    return body, ""


def _in_plain_words(error: Exception) -> str:
    """Say what happened, what that means, and what curl calls it."""
    causes = set(_causes(error))
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"Timeout: the connection is open, and no answer came in {REQUEST_TIMEOUT} s. curl would go on waiting."
    if "ConnectionRefusedError" in causes:
        return (
            "Connection refused: nobody listens at this host port (curl: 7). "
            "Does the container run, and is its port published? docker ps tells."
        )
    if causes & {"ConnectionResetError", "BrokenPipeError"}:
        return f"Connection reset: it was made, and then cut (curl: 56). {BEHIND}"
    if causes & {"RemoteDisconnected", "IncompleteRead"}:
        return f"Empty reply: the connection was closed with no answer, or before its end (curl: 52 or 18). {BEHIND}"
    return f"What came back is not HTTP, or the address is wrong: {' '.join(str(error).split())[:300]}"


BEHIND = (
    "There is a door, and behind it nobody, or somebody who hung up: "
    "look at the container port, at the address on which the program listens, and at its log."
)


def _causes(error: BaseException | None) -> list[str]:
    """Name the exceptions that stand behind one: requests wraps urllib3's, which wrap Python's."""
    names: list[str] = []
    todo: list[object] = [error]
    while todo and len(names) < 50:  # noqa: PLR2004 - they may point at each other
        item = todo.pop()
        if isinstance(item, BaseException):
            names.append(type(item).__name__)
            todo += [*item.args, item.__cause__, item.__context__, getattr(item, "reason", None)]
    return names
