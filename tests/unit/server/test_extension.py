"""Addresses that no file can have, and what each answer of the server says to a browser."""

from __future__ import annotations

import http.client
from urllib.parse import quote, quote_from_bytes, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.labs import server
from workbench.server.lab import Addresses

pytestmark = pytest.mark.filterwarnings(
    # What we start is meant to outlive the one who starts it.
    "ignore:subprocess .* is still running:ResourceWarning"
)
REFUSED = (400, 403, 404)


def status(addresses: Addresses, browser: requests.Session, path: str) -> int:
    """Ask for a path as it is: requests would tidy it up first."""
    with_login = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)}
    connection = http.client.HTTPConnection(urlsplit(addresses.plain).netloc, timeout=10)
    connection.request("GET", f"{urlsplit(server(addresses)).path}/{path}", headers=with_login)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.parametrize("folder", ["book", "live"])
@pytest.mark.parametrize(
    "name",
    [
        "%00",
        "index.html%00.css",
        "%00/index.html",
        "index.html/",
        "index.html//",
        "index.html/index.html",
        "plain.css/",
        "button.js/",
        "%ff",
        "%c3%28.html",
        "%ed%a0%80",
        "a" * 300,
        "a/" * 3000,
        "a" * 5000 + ".html",
        "..",
        "../lab.token",
        "%2e%2e/%2e%2e/%2e%2e/lab.token",
        "..%2f..%2f..%2flab.token",
        "%5c..%5c",
        "%2fetc/passwd",
        "%0d%0aX-Header:%20x",
        "%e2%80%ae",
        "nothing.html",
    ],
)
def test_a_path_that_is_no_file_is_refused(
    addresses: Addresses, insider: requests.Session, folder: str, name: str
) -> None:
    assert status(addresses, insider, f"{folder}/{name}") in REFUSED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(name=st.binary(max_size=60) | st.text(max_size=30).map(lambda text: text.encode(errors="surrogatepass")))
@example(name=b"\0")
@example(name=b"index.html\0.css")
def test_no_path_breaks_the_server(addresses: Addresses, insider: requests.Session, name: bytes) -> None:
    for folder in ("book", "live"):
        assert status(addresses, insider, f"{folder}/{quote_from_bytes(name)}") in (200, 301, *REFUSED)


BOOK = ["book", "book/", "book/plain.css", "book/nothing", "book/%ff", "live/button.js"]
LAB = ["", "lab", "lab/tree/x", "lab/api/settings", "lab/api/nothing", "static/favicon.ico", "static/nothing", "tree"]
JUPYTER = [
    "login",
    "logout",
    "api",
    "api/status",
    "api/contents",
    "api/nothing",
    "files/nothing",
    "nothing",
    "../nothing",
]


@pytest.mark.parametrize("path", [*BOOK, *LAB, *JUPYTER])
def test_no_answer_lets_a_link_tell_where_the_lab_is(
    addresses: Addresses, insider: requests.Session, path: str
) -> None:
    for browser in (insider, requests.Session()):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            answer = browser.request(method, f"{server(addresses)}/{path}", timeout=10, allow_redirects=False)
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    insider.get(addresses.plain, timeout=10)  # where the path was the way out


def test_the_answers_keep_the_policies_of_jupyter(addresses: Addresses, insider: requests.Session) -> None:
    for path in ("book/", "lab", "api/status", f"files/{quote('a b')}"):
        policy = insider.get(f"{server(addresses)}/{path}", timeout=10).headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
    assert (
        "default-src 'none'"
        in insider.get(f"{server(addresses)}/api/status", timeout=10).headers["Content-Security-Policy"]
    )
