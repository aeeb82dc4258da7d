"""The controls for ``/degrees``, with the real app behind them, with a small server, and with none."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from degrees_api import app
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.serving import make_server

from workbench.views.request import RequestView


class Says(BaseHTTPRequestHandler):
    """Answers every request with the same text."""

    text = ""

    def do_GET(self) -> None:
        """Send the text."""
        body = self.text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keep the terminal quiet."""


@contextmanager
def running(server: HTTPServer) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(name="port")
def fixture_port() -> Iterator[int]:
    with running(make_server("127.0.0.1", 0, app)) as port:
        yield port


def answer(view: RequestView) -> str:
    """Give the text that the view shows, as a browser would."""
    *_sliders, shown = view.children
    [text] = re.findall(r"<pre role='status'>([^<>]*)</pre>", shown.value)
    return html.unescape(str(text))


def test_what_a_notebook_stores_is_the_same_each_time(port: int) -> None:
    view = RequestView(port)
    before = repr(view)
    view.start.value = 1993
    assert before == repr(view) == "<controls for /degrees>"


def test_it_begins_with_a_question_and_its_answer(port: int) -> None:
    command, status, body = answer(RequestView(port)).split("\n", 2)
    assert command == f"$ curl 'http://127.0.0.1:{port}/degrees?start=1990&limit=2'"
    assert status == "200 OK"
    assert body == app.test_client().get("/degrees?start=1990&limit=2").text


def test_who_moves_a_control_gets_a_new_answer(port: int) -> None:
    view = RequestView(port)
    view.start.value = 1993
    view.limit.value = 1
    assert "degrees?start=1993&limit=1'\n200 OK\n" in answer(view)
    assert answer(view).count('"id"') == 1
    view.start.value = view.start.max
    assert answer(view).endswith("200 OK\n[]\n")


def test_every_record_can_be_reached_and_none_past_the_controls(port: int) -> None:
    view = RequestView(port)
    view.limit.value = view.limit.max
    assert answer(view).endswith(app.test_client().get("/degrees").text)


def test_a_server_that_is_gone_is_a_clear_line_and_no_error() -> None:
    with running(make_server("127.0.0.1", 0, app)) as port:
        view = RequestView(port)
    view.limit.value = 3
    command, *lines = answer(view).splitlines()
    assert command == f"$ curl 'http://127.0.0.1:{port}/degrees?start=1990&limit=3'"
    assert lines == ["No answer.", "Does the container still run? docker ps tells."]


@pytest.fixture(name="says", scope="module")
def fixture_says() -> Iterator[int]:
    with running(HTTPServer(("127.0.0.1", 0), Says)) as port:
        yield port


@settings(deadline=None, max_examples=40)
@example("<script>alert('1')</script>&amp;\"")
@example("</pre><img src=x>")
@given(text=st.text(st.characters(codec="utf-8")))
def test_no_answer_becomes_part_of_the_page(says: int, text: str) -> None:
    Says.text = text
    assert answer(RequestView(says)).endswith(f"\n200 OK\n{text}")
