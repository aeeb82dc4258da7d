"""What Docker Hub says of its limits, at a server in its place."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest
import requests

from tests.support.servers import http_server
from workbench.engine.docker_hub import PREVIEW, PullQuota, pull_quota
from workbench.settings import LOOPBACK


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        ({}, None),
        ({"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "98;w=21600"}, PullQuota(98, 100, 21600)),
        ({"ratelimit-limit": "10;w=3600", "ratelimit-remaining": "0;w=3600"}, PullQuota(0, 10, 3600)),
    ],
)
def test_it_asks_with_a_token_and_pulls_nothing(headers: dict[str, str], quota: PullQuota | None) -> None:
    asked: list[tuple[str, str, str]] = []

    def answer(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        asked.append((request.command, request.path.partition("?")[0], request.headers.get("Authorization", "")))
        return 200, headers, b'{"token": "t"}' if request.command == "GET" else b""

    with http_server(answer) as port:
        address = f"http://{LOOPBACK}:{port}"
        assert pull_quota(5, address, f"{address}/token") == quota
    assert asked == [("GET", "/token", ""), ("HEAD", f"/v2/{PREVIEW}/manifests/latest", "Bearer t")]


def test_where_it_can_t_be_reached_it_says_so() -> None:
    with http_server(lambda _request: (200, {}, b"")) as port:
        address = f"http://{LOOPBACK}:{port}"
    with pytest.raises(requests.ConnectionError):
        pull_quota(5, address, f"{address}/token")
