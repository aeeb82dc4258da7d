"""Requests to programs that answer, answer badly, or don't answer."""

from __future__ import annotations

import itertools
import shlex
import shutil
import socket
import struct
import subprocess
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.degrees_server import degrees_server, running
from workbench.engine import http_request
from workbench.engine.http_request import LARGEST, Answer, address, ask, curl
from workbench.settings import LOOPBACK

OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"


@contextmanager
def behaving(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve one connection after the other in some way of our own."""
    listener = socket.create_server((LOOPBACK, 0))

    def serve() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection:
                behave(connection)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def saying(*parts: bytes) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        for part in parts:
            connection.sendall(part)

    return behave


def resetting(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer_of(behave: Callable[[socket.socket], None]) -> Answer:
    with behaving(behave) as port:
        return ask(address(port, "/"))


@pytest.mark.parametrize(
    ("path", "query", "url"),
    [
        ("/degrees", {"start": 1990, "limit": 2}, "/degrees?start=1990&limit=2"),
        ("degrees", {}, "/degrees"),
        ("/degrees?start=soon", None, "/degrees?start=soon"),
        ("/a b/'c'", None, "/a%20b/%27c%27"),
        ("/a%20b/100%", None, "/a%20b/100%25"),
        ("/{a,b}[1-3]#x", None, "/%7Ba,b%7D%5B1-3%5D%23x"),
        ("//elsewhere/", None, "/elsewhere/"),
        ("/größe", None, "/gr%C3%B6%C3%9Fe"),
        ("/\ud800", None, "/?"),
    ],
)
def test_a_path_becomes_a_url(path: str, query: dict[str, int] | None, url: str) -> None:
    assert address(5000, path, query) == f"http://127.0.0.1:5000{url}"


@example("'; touch /evil; '")
@example("$(id)`id`\\")
@given(st.text())
def test_the_command_is_one_word_for_the_shell_and_one_url_for_curl(path: str) -> None:
    url = address(5000, path)
    assert shlex.split(curl(url)) == ["curl", "-i", url]
    assert url.isascii()
    assert url.isprintable()
    assert not set(url) & set(" {}[]#'\"\\")
    assert urllib.parse.urlsplit(url).netloc == "127.0.0.1:5000"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("path", ["/degrees?start=1993", "/degrees/77", "/it's {here}[1]?a=$HOME"])
def test_a_shell_and_curl_ask_the_same(path: str) -> None:
    with running(degrees_server()) as port:
        url = address(port, path)
        said = subprocess.run(["sh", "-c", f"{curl(url)} -s"], capture_output=True, text=True, check=True).stdout
        answer = ask(url)
    head, _, body = said.partition("\n\n")
    assert head.splitlines()[0].split(" ", 1)[1] == answer.status
    assert body == answer.body
    assert [line.partition(":")[0] for line in head.splitlines()[1:]] == [
        line.partition(":")[0] for line in answer.headers
    ]


def test_a_list_has_a_number_of_records() -> None:
    assert answer_of(saying(OK % (6, b"[1, 2]"))).records == 2
    assert answer_of(saying(OK % (2, b"{}"))).records is None
    assert Answer(body="[" * 100_000).records is None


def test_no_redirection_is_followed_as_curl_does_not() -> None:
    answer = answer_of(saying(b"HTTP/1.1 302 FOUND\r\nLocation: http://example.invalid/\r\nContent-Length: 0\r\n\r\n"))
    assert (answer.status, answer.headers[0]) == ("302 FOUND", "Location: http://example.invalid/")


def test_what_is_no_text_is_escaped() -> None:
    answer = answer_of(saying(OK % (4, b"\x00\xff\x1b\n")))
    assert answer.body == "\\x00\\xff\\x1b\n"


def test_of_an_endless_answer_the_beginning_is_shown() -> None:
    def pour(connection: socket.socket) -> None:
        connection.recv(65536)
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for _ in range(1000):
                connection.sendall(b"x" * 100_000)
        except OSError:
            return

    answer = answer_of(pour)
    assert len(answer.body) == LARGEST
    assert "its first 64,000 bytes" in answer.problem


def test_who_takes_ever_longer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count()  # one at each look at the clock
    monkeypatch.setattr(http_request, "time", SimpleNamespace(monotonic=lambda: next(seconds)))

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(1000):
                connection.sendall(b"1\r\nx\r\n")
        except OSError:
            return

    answer = answer_of(drip)
    assert answer.status == "200 OK"
    assert "not whole after" in answer.problem


def test_nobody_there_is_said_in_plain_words() -> None:
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    assert ask(address(port, "/")).problem.startswith("Connection refused: nobody listens")


@pytest.mark.parametrize(
    ("behave", "says"),
    [
        (resetting, "Connection reset"),
        (lambda connection: connection.recv(65536), "Empty reply"),
        (saying(OK % (100, b"half")), "The answer broke off. Empty reply"),
        (saying(b"SSH-2.0-OpenSSH_9\r\n"), "What came back is not HTTP"),
        (saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n"), "The answer broke off."),
    ],
)
def test_a_bad_answer_is_said_in_plain_words(behave: Callable[[socket.socket], None], says: str) -> None:
    problem = answer_of(behave).problem
    assert problem.startswith(says)
    assert "Traceback" not in problem


def test_silence_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_request, "REQUEST_TIMEOUT", 0.2)
    with socket.create_server((LOOPBACK, 0)) as listener:  # connections are made, and nobody takes them
        problem = ask(address(listener.getsockname()[1], "/")).problem
    assert problem.startswith("Timeout")
