"""A server that answers as the app does, for tests without an engine; ``test_app_image`` compares the two."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

RECORDS = [
    {"degrees": degrees, "id": number, "year": 1990 + number}
    for number, degrees in enumerate([5818, 5725, 6005, 6123, 6096])
]
NOT_FOUND = (
    "The requested URL was not found on the server. "
    "If you entered the URL manually please check your spelling and try again."
)
Reply = tuple[int, str]


class DegreesHandler(BaseHTTPRequestHandler):
    """Answers the requests that the tests make."""

    def do_GET(self) -> None:
        """Send a reply as JSON."""
        status, body = reply_to(self.path)
        self.send_response(status, {200: "OK", 400: "BAD REQUEST", 404: "NOT FOUND"}[status])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_arguments: object) -> None:
        """Keep the terminal quiet."""


def reply_to(path: str) -> Reply:
    """Give the status and the body for a path with its query."""
    url = urlsplit(path)
    match url.path.removeprefix("/").split("/"):
        case ["degrees"]:
            return _records({name: values[0] for name, values in parse_qs(url.query).items()})
        case ["degrees", "0" | "1" | "2" | "3" | "4" as record_id, *rest] if rest in ([], ["degrees"]):
            record = RECORDS[int(record_id)]
            return _json(200, record["degrees"] if rest else record)
        case ["degrees", record_id]:
            return _json(404, {"error": f"no record has the id {record_id}"})
    return _json(404, {"error": NOT_FOUND})


def _records(query: dict[str, str]) -> Reply:
    for name, value in query.items():
        if not value.isdecimal():
            return _json(400, {"error": f"{name} must be a whole number of 0 or more"})
    start, limit = int(query.get("start", 0)), int(query.get("limit", len(RECORDS)))
    return _json(200, [record for record in RECORDS if record["year"] >= start][:limit])


def _json(status: int, value: Any) -> Reply:
    return status, json.dumps(value, indent=2) + "\n"


@contextmanager
def running(server: HTTPServer) -> Iterator[int]:
    """Let a server answer, in a thread; give its port."""
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def degrees_server(port: int = 0) -> HTTPServer:
    """Make a server for this port, or for a free one."""
    return HTTPServer(("127.0.0.1", port), DegreesHandler)
