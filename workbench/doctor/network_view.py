"""What a program sees of the network from where it runs.

The same code looks from outside, imported, and from inside a container, where its source is handed to the
image's Python. So it needs nothing but the standard library of Python 3.8.
"""

from __future__ import annotations

import configparser
import http.client
import json
import os
import platform
import shutil
import socket
import ssl
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAME, ANSWER = 2, 3  # seconds until a name must be resolved, and a request answered
PIP_CONF = Path("/etc/pip.conf")


def look(address: str, cafile: str | None = None) -> dict[str, Any]:
    """Resolve the name of a host and send it one HEAD request, through the proxy where one is set.

    Parameters
    ----------
    address : str
    cafile : str, optional
        The certificates to trust; without it those of the system.

    Returns
    -------
    dict
        ``name``: why the name can't be resolved, empty where it can. ``reached``: why the request failed,
        empty where it was answered. ``certificate``: whether it failed at the certificate. ``issuer``: who
        issued that. ``date``: the date of the answer. ``proxy``: the one in use; empty where none is.
    """
    url = urllib.parse.urlsplit(address)
    host = url.hostname or ""
    proxy = "" if urllib.request.proxy_bypass(host) else urllib.request.getproxies().get(url.scheme, "")
    seen: dict[str, Any] = {"reached": "", "certificate": False, "issuer": "", "date": "", "proxy": proxy}
    # Both at once, since you wait five seconds at most for all.
    name = _started(lambda: str(socket.getaddrinfo(host, None) and ""), "the name server", NAME)
    reached = _started(lambda: _ask(address, cafile, seen), host, ANSWER)
    seen["name"] = name()
    seen["reached"] = "its name is not resolved" if seen["name"] and not proxy else reached()
    return seen


def _started(act: Callable[[], str], who: str, patience: float) -> Callable[[], str]:
    """Start something in a thread, since the system's resolver takes no time limit; give what tells why it failed."""
    said = [f"no answer from {who} in {patience} seconds"]

    def run() -> None:
        try:
            said.append(act())
        except (OSError, ValueError) as error:
            said.append(str(error.args[-1]) if error.args else type(error).__name__)

    def outcome() -> str:
        thread.join(max(0, deadline - time.monotonic()))
        return said[-1]

    deadline = time.monotonic() + patience
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return outcome


def _ask(address: str, cafile: str | None, seen: dict[str, Any]) -> str:
    """Send the request, note what is seen on the way, and say why it failed; empty where it was answered."""

    class Connection(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            seen["issuer"] = _issuer(self.sock)

    class Handler(urllib.request.HTTPSHandler):
        def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Connection, request, context=_context(cafile))

    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - the address is ours
    try:
        with urllib.request.build_opener(Handler).open(request, timeout=ANSWER) as answer:
            seen["date"] = answer.headers.get("Date", "")
    except urllib.error.HTTPError as answer:  # a refusal is an answer
        seen["date"] = answer.headers.get("Date", "")
        answer.close()
    except urllib.error.URLError as error:
        seen["certificate"] = isinstance(error.reason, ssl.SSLCertVerificationError)
        return getattr(error.reason, "verify_message", "") or str(error.reason)
    return ""


def _context(cafile: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=cafile)
    # Python 3.13 began to refuse certificates that lack what many a school's lack. pip takes them, so do we.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _issuer(connection: ssl.SSLSocket) -> str:
    """Name who issued a certificate: by organization where it says one, else by its common name."""
    parts = (connection.getpeercert() or {}).get("issuer", ())
    names = {str(pair[0]): str(pair[1]) for part in parts for pair in part}
    return names.get("organizationName", names.get("commonName", ""))


def pips_certificates() -> str | None:
    """Find the certificates that pip trusts: those it was told, else its own."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(PIP_CONF)
    told = os.environ.get("PIP_CERT") or settings.get("global", "cert", fallback="")
    if told:
        return told
    try:
        from pip._vendor import certifi  # noqa: PLC0415 - there is no pip in some images
    except ImportError:
        return None
    return str(certifi.where())


if __name__ == "__main__":  # in a container
    report = {
        "python": platform.python_version(),
        "free": shutil.disk_usage("/").free,
        "network": look(sys.argv[1], pips_certificates()),
    }
    print(json.dumps(report), flush=True)
    # At once: a thread that still waits for an answer crashes an interpreter that tidies up.
    os._exit(0)
