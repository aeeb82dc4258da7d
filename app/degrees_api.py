"""A small JSON API: how many degrees were awarded in each year."""

from __future__ import annotations

import os

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

DEGREES = [
    {"id": 0, "year": 1990, "degrees": 5818},
    {"id": 1, "year": 1991, "degrees": 5725},
    {"id": 2, "year": 1992, "degrees": 6005},
    {"id": 3, "year": 1993, "degrees": 6123},
    {"id": 4, "year": 1994, "degrees": 6096},
]

app = Flask(__name__)
# Flask 2.2 indents JSON only in debug mode unless it is told to.
app.json.compact = False


def query_number(name: str, default: int) -> int:
    """Read a whole number from the query string; 400 where it is not one."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()):
        raise BadRequest(f"{name} must be a whole number of 0 or more")
    # int() refuses thousands of digits, and no year or limit needs ten.
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) < 10 else 10**9


def find_record(record_id: str) -> dict[str, int]:
    """Return the record with this id; 404 where there is none."""
    for record in DEGREES:
        if str(record["id"]) == record_id:
            return record
    raise NotFound(f"no record has the id {record_id}")


@app.get("/degrees")
def list_degrees() -> Response:
    """All records, from ``start`` on, at most ``limit`` of them."""
    start = query_number("start", default=0)
    limit = query_number("limit", default=len(DEGREES))
    return jsonify([record for record in DEGREES if record["year"] >= start][:limit])


@app.get("/degrees/<record_id>")
def show_record(record_id: str) -> Response:
    """One record."""
    return jsonify(find_record(record_id))


@app.get("/degrees/<record_id>/degrees")
def show_degrees(record_id: str) -> Response:
    """Answer with the number of degrees in one record."""
    return jsonify(find_record(record_id)["degrees"])


@app.errorhandler(HTTPException)
def error_as_json(error: HTTPException) -> tuple[Response, int]:
    """Answer errors in the format of every other answer."""
    return jsonify(error=error.description), error.code or 500


if __name__ == "__main__":
    # All interfaces of the container: its own loopback cannot be reached from outside.
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", "5000")))
