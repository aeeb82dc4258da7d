"""A pull that breaks off, by a small server that plays the engine for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import docker
import pytest

from workbench.engine.events import Event
from workbench.provision import base_pull

PULLING: Event = {"status": "Pulling from library/python", "id": "3.8.10"}
BROKEN: Event = {"errorDetail": {"message": "unexpected EOF"}, "error": "unexpected EOF\n"}
LIMIT: Event = {"message": "toomanyrequests: You have reached your pull rate limit."}


class Engine(BaseHTTPRequestHandler):
    """Answers every pull with the same events, and knows nothing else."""

    status = 200
    answer = ""

    def do_POST(self) -> None:
        """Answer as an engine does: in one chunk."""
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(f"{len(self.answer):x}\r\n{self.answer}\r\n0\r\n\r\n".encode())

    def log_message(self, *_arguments: object) -> None:
        """Keep the terminal quiet."""


@pytest.fixture(name="engine")
def fixture_engine() -> Iterator[docker.DockerClient]:
    Engine.protocol_version = "HTTP/1.1"
    server = HTTPServer(("127.0.0.1", 0), Engine)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    client = docker.DockerClient(base_url=f"tcp://127.0.0.1:{server.server_port}", version="1.41")
    yield client
    client.close()
    server.shutdown()
    thread.join()
    server.server_close()


def let_it_answer(monkeypatch: pytest.MonkeyPatch, status: int, *events: Event) -> None:
    monkeypatch.setattr(Engine, "status", status)
    monkeypatch.setattr(Engine, "answer", "\r\n".join(map(json.dumps, events)))


def test_a_pull_that_goes_through_needs_no_reason(engine: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    let_it_answer(monkeypatch, 200, PULLING, {"status": "Status: Image is up to date for python:3.8.10"})
    assert base_pull.why_not_pulled(engine) == ""


def test_a_pull_that_is_refused_says_why(engine: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    let_it_answer(monkeypatch, 500, LIMIT)
    assert base_pull.why_not_pulled(engine) == LIMIT["message"]


def test_a_pull_that_breaks_off_says_why_even_where_the_image_is_here(
    engine: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_it_answer(monkeypatch, 200, PULLING, BROKEN)
    assert base_pull.why_not_pulled(engine) == "unexpected EOF"
