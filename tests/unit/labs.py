"""A lab of the tests' own: what its book shows, where its state is kept, and what it is asked."""

from __future__ import annotations

import requests

from workbench.server.lab import Addresses

PAGE = "<html><body><h1>Containers, Hands On</h1></body></html>"
SCRIPT = "export const served = true;"
IDLE = "--MappingKernelManager.cull_idle_timeout="  # seconds; in these tests three
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def without_token(address: str) -> str:
    """Leave of an address what is not secret to a browser that is logged in."""
    return address.partition("?")[0]


def server(addresses: Addresses) -> str:
    """Address of the server at 127.0.0.1, which Python finds on every system."""
    return without_token(addresses.plain).removesuffix("/book/")


def start_kernel(browser: requests.Session, addresses: Addresses, **headers: str) -> requests.Response:
    """Ask for a kernel."""
    return browser.post(f"{server(addresses)}/api/kernels", json={"name": "python3"}, headers=headers, timeout=60)
