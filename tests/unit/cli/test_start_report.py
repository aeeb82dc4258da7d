"""What ``./tutorial start`` says last."""

from __future__ import annotations

import pytest

from workbench.cli import start_report
from workbench.server.lab import Addresses


@pytest.mark.parametrize(("connection", "first"), [("", "Open this"), ("10.0.0.2 50000 10.0.0.3 22", "On your own")])
def test_start_ends_with_one_address_to_open_and_where_to_begin(
    monkeypatch: pytest.MonkeyPatch, connection: str, first: str
) -> None:
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    if connection:
        monkeypatch.setenv("SSH_CONNECTION", connection)
    addresses = Addresses(
        "http://a.localhost:8889/book/", "http://a.localhost:8889/lab", "http://127.0.0.1:8889/", 8889
    )
    told = start_report.where_to_begin(addresses)
    assert told.startswith(first)
    assert "Open this in your browser, and begin with chapter 01:\n  http://a.localhost:8889/book/\n" in told
    assert ("ssh -L 8889:127.0.0.1:8889 " in told) == ("@10.0.0.3" in told) == bool(connection)
