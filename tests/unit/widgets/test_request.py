"""The controls for ``/degrees``, with a server that answers as the app does, with a small one, and with none."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from tests.support.degrees_server import degrees_server, reply_to, running
from workbench.text import printable
from workbench.widgets.request import RequestView


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


@pytest.fixture(name="port")
def fixture_port() -> Iterator[int]:
    with running(degrees_server()) as port:
        yield port


def parts(view: RequestView) -> tuple[str, str, str]:
    """Give the command, the status and the rest that the view shows, as a browser would."""
    shown = re.fullmatch(
        r"<textarea [^<>]*>\n([^<>]*)</textarea><p role=\"status\" aria-live=\"polite\">(.*?)</p>"
        r"(?:<pre [^<>]*>\n([^<>]*)</pre>)?",
        view.answer.value,
        re.DOTALL,
    )
    assert shown, view.answer.value
    command, status, rest = (html.unescape(part or "") for part in shown.groups())
    return command, status, rest


def body(view: RequestView) -> str:
    return parts(view)[2].partition("\n\n")[2]


def test_what_a_notebook_stores_is_the_same_each_time(port: int) -> None:
    view = RequestView(port)
    before = repr(view)
    view.start.value = 1993
    assert before == repr(view) == "<controls for /degrees>"


def test_it_begins_with_a_question_and_its_answer(port: int) -> None:
    view = RequestView(port)
    command, status, rest = parts(view)
    assert command == f"curl -i 'http://127.0.0.1:{port}/degrees?start=1990&limit=2'"
    assert status == "200 OK, 2 records"
    assert "Content-Type: application/json" in rest.splitlines()
    assert body(view) == reply_to("/degrees?start=1990&limit=2")[1]


def test_who_moves_a_control_gets_a_new_answer(port: int) -> None:
    view = RequestView(port)
    view.start.value = 1993
    view.limit.value = 1
    command, status, _rest = parts(view)
    assert command.endswith("degrees?start=1993&limit=1'")
    assert status == "200 OK, 1 record"
    view.start.value = view.start.max
    assert parts(view)[1] == "200 OK, 0 records"
    assert body(view) == "[]\n"


def test_a_parameter_that_is_switched_off_is_not_sent(port: int) -> None:
    view = RequestView(port)
    view.send_limit.value = False
    assert parts(view)[:2] == (f"curl -i 'http://127.0.0.1:{port}/degrees?start=1990'", "200 OK, 5 records")
    view.send_start.value = False
    assert parts(view)[0] == f"curl -i http://127.0.0.1:{port}/degrees"
    assert view.start.disabled
    assert view.limit.disabled
    assert body(view) == reply_to("/degrees")[1]


@pytest.mark.parametrize(
    ("route", "number", "path", "status"),
    [
        ("/degrees/<id>", 3, "/degrees/3", "200 OK"),
        ("/degrees/<id>/degrees", 4, "/degrees/4/degrees", "200 OK"),
        ("/degrees/<id>", 5, "/degrees/5", "404 NOT FOUND"),
    ],
)
def test_each_route_is_asked(port: int, route: str, number: int, path: str, status: str) -> None:
    view = RequestView(port)
    view.route.value = route
    view.id.value = number
    assert parts(view)[:2] == (f"curl -i http://127.0.0.1:{port}{path}", status)
    assert body(view) == reply_to(path)[1]


def test_another_path_is_asked_as_it_was_typed(port: int) -> None:
    view = RequestView(port)
    view.route.value = "another path"
    view.path.value = "degrees?start=so on"
    assert parts(view)[:2] == (f"curl -i 'http://127.0.0.1:{port}/degrees?start=so%20on'", "400 BAD REQUEST")


def test_only_controls_that_count_are_shown(port: int) -> None:
    view = RequestView(port)
    for route, count in (("/degrees", 4), ("/degrees/<id>", 1), ("/degrees/<id>/degrees", 1), ("another path", 1)):
        view.route.value = route
        controls = [view.id, view.path, view.start, view.send_start, view.limit, view.send_limit]
        assert sum(control.layout.display != "none" for control in controls) == count


def test_each_control_has_a_name(port: int) -> None:
    [controls, _answer] = RequestView(port).children
    assert all(control.description for control in controls.children)


def test_a_server_that_is_gone_is_a_clear_line_and_can_be_asked_again() -> None:
    with running(degrees_server()) as port:
        view = RequestView(port)
    view.limit.value = 3
    command, status, rest = parts(view)
    assert command == f"curl -i 'http://127.0.0.1:{port}/degrees?start=1990&limit=3'"
    assert status.startswith("Connection refused: nobody listens")
    assert rest == ""
    with running(degrees_server(port)):
        view.again.click()
    assert parts(view)[1] == "200 OK, 3 records"


def test_the_static_page_shows_question_and_answer(port: int) -> None:
    view = RequestView(port)
    view.limit.value = 1
    text = html.unescape(re.sub(r"<[^>]*>", "", view.snapshot))
    assert f"curl -i 'http://127.0.0.1:{port}/degrees?start=1990&limit=1'" in text
    assert "200 OK, 1 record" in text
    assert body(view) in text
    assert not re.search(r"<(script|textarea|input)| id=", view.snapshot)


@pytest.fixture(name="says", scope="module")
def fixture_says() -> Iterator[int]:
    with running(HTTPServer(("127.0.0.1", 0), Says)) as port:
        yield port


@settings(deadline=None, max_examples=40)
@example("<script>alert('1')</script>&amp;\"")
@example("</pre></textarea><img src=x>")
@given(text=st.text(st.characters(codec="utf-8")))
def test_no_answer_becomes_part_of_the_page(says: int, text: str) -> None:
    Says.text = text
    view = RequestView(says)
    assert body(view) == printable(text.encode())
    assert escape(printable(text.encode())) in view.snapshot


def test_a_long_answer_is_cut_in_the_static_page(says: int) -> None:
    Says.text = "<" * 60_000
    view = RequestView(says)
    assert len(body(view)) == 60_000
    assert len(view.snapshot) < 20_000
