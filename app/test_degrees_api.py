"""The API as its clients see it: what it answers, byte by byte, and what no request makes it do."""

from __future__ import annotations

import json
import runpy
from urllib.parse import quote

import pytest
from degrees_api import app
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

# As Flask 2.2 prints it in debug mode: two spaces, sorted keys, one newline at the end.
FIVE_RECORDS = """\
[
  {
    "degrees": 5818,
    "id": 0,
    "year": 1990
  },
  {
    "degrees": 5725,
    "id": 1,
    "year": 1991
  },
  {
    "degrees": 6005,
    "id": 2,
    "year": 1992
  },
  {
    "degrees": 6123,
    "id": 3,
    "year": 1993
  },
  {
    "degrees": 6096,
    "id": 4,
    "year": 1994
  }
]
"""
NOT_NUMBERS = ["", "abc", "-1", "²", "٣", "1.5", "+1", " ", " 1", "1 ", "1\n", "0x1", "1_0", "1e3", "NaN", "%", "\0"]
HUGE = "9" * 5000


@pytest.fixture(name="api")
def fixture_api() -> FlaskClient:
    return app.test_client()


def ids(reply: TestResponse) -> list[int]:
    return [record["id"] for record in json.loads(reply.text)]


def test_all_records_are_the_text_that_the_page_shows(api: FlaskClient) -> None:
    reply = api.get("/degrees")
    assert (reply.status_code, reply.content_type) == (200, "application/json")
    assert reply.text == FIVE_RECORDS


def test_debug_is_off() -> None:
    assert not app.debug


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("start=1993", [3, 4]),
        ("start=1990", [0, 1, 2, 3, 4]),
        ("start=0", [0, 1, 2, 3, 4]),
        ("start=1995", []),
        (f"start={HUGE}", []),
        (f"start={'0' * 5000}1993", [3, 4]),
        ("limit=2", [0, 1]),
        ("limit=0", []),
        ("limit=002", [0, 1]),
        (f"limit={HUGE}", [0, 1, 2, 3, 4]),
        (f"limit={'0' * 5000}", []),
        ("limit=4294967296", [0, 1, 2, 3, 4]),
        ("start=1991&limit=2", [1, 2]),
        ("limit=2&start=1994", [4]),
        ("unknown=abc", [0, 1, 2, 3, 4]),
    ],
)
def test_start_and_limit_choose_records(api: FlaskClient, query: str, expected: list[int]) -> None:
    reply = api.get(f"/degrees?{query}")
    assert (reply.status_code, ids(reply)) == (200, expected)


@pytest.mark.parametrize("parameter", ["start", "limit"])
@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_what_is_no_number_is_refused_by_name(api: FlaskClient, parameter: str, value: str) -> None:
    reply = api.get("/degrees", query_string={parameter: value})
    assert reply.status_code == 400
    assert json.loads(reply.text) == {"error": f"{parameter} must be a whole number of 0 or more"}


def test_one_good_parameter_does_not_excuse_a_bad_one(api: FlaskClient) -> None:
    reply = api.get("/degrees?start=1990&limit=abc")
    assert (reply.status_code, "limit" in json.loads(reply.text)["error"]) == (400, True)


def test_one_record(api: FlaskClient) -> None:
    assert api.get("/degrees/3").text == '{\n  "degrees": 6123,\n  "id": 3,\n  "year": 1993\n}\n'


def test_one_number(api: FlaskClient) -> None:
    assert api.get("/degrees/3/degrees").text == "6123\n"


@pytest.mark.parametrize("page", ["/degrees/{}", "/degrees/{}/degrees"])
@pytest.mark.parametrize("record_id", ["5", "-1", "²", "00", "03", "3.0", "+3", " 3", "abc", HUGE])
def test_an_unknown_id_is_not_found(api: FlaskClient, page: str, record_id: str) -> None:
    reply = api.get(page.format(quote(record_id)))
    assert reply.status_code == 404
    assert json.loads(reply.text) == {"error": f"no record has the id {record_id}"}


@pytest.mark.parametrize("path", ["/", "/degree", "/degrees/", "/degrees/1/", "/degrees/1/year", "/console"])
def test_other_addresses_are_not_found(api: FlaskClient, path: str) -> None:
    reply = api.get(path)
    assert (reply.status_code, list(json.loads(reply.text))) == (404, ["error"])


@pytest.mark.parametrize("path", ["/degrees", "/degrees/1", "/degrees/1/degrees"])
def test_nothing_can_be_changed(api: FlaskClient, path: str) -> None:
    for method in (api.post, api.put, api.patch, api.delete):
        reply = method(path, data="{")
        assert (reply.status_code, list(json.loads(reply.text))) == (405, ["error"])
    assert api.get("/degrees").text == FIVE_RECORDS


@pytest.mark.parametrize("path", ["/degrees", "/degrees/1", "/degrees/1/degrees", "/degrees?start=abc", "/degrees/9"])
def test_head_answers_as_get_without_the_body(api: FlaskClient, path: str) -> None:
    head, get = api.head(path), api.get(path)
    assert (head.status_code, head.content_length, head.data) == (get.status_code, get.content_length, b"")


@example(HUGE, "0")
@example("²", "\ud7ff")
@given(st.text(), st.text())
def test_no_query_is_an_error_of_the_server(start: str, limit: str) -> None:
    reply = app.test_client().get("/degrees", query_string={"start": start, "limit": limit})
    assert reply.status_code in (200, 400)
    assert json.loads(reply.text) is not None


@given(st.binary())
def test_no_bytes_in_the_query_are_an_error_of_the_server(query: bytes) -> None:
    reply = app.test_client().get(f"/degrees?start={quote(query)}&{quote(query)}=1")
    assert reply.status_code in (200, 400)
    assert json.loads(reply.text) is not None


@example("/0")
@example("//evil.example/")
@example("..")
@given(st.text(min_size=1))
def test_no_id_is_an_error_of_the_server(record_id: str) -> None:
    for page in (f"/degrees/{quote(record_id, safe='')}", f"/degrees/{quote(record_id, safe='')}/degrees"):
        # Two slashes in a row are led to the address with one.
        reply = app.test_client().get(page, follow_redirects=True)
        assert reply.status_code in (200, 404)
        assert json.loads(reply.text) is not None


@pytest.mark.parametrize(("port", "variables"), [(5000, {}), (8000, {"PORT": "8000"})])
def test_it_listens_on_the_port_that_its_environment_names(
    port: int, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: dict[str, object] = {}
    monkeypatch.delenv("PORT", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Flask, "run", lambda _app, **options: started.update(options))
    runpy.run_module("degrees_api", run_name="__main__")
    assert started == {"host": "0.0.0.0", "port": port}
