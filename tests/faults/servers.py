"""Servers on this machine that containers and the engine can reach, at an address that is not loopback."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docker


def gateway(client: docker.DockerClient) -> str:
    """Give this machine's address in the network of containers."""
    return str(client.networks.get("bridge").attrs["IPAM"]["Config"][0]["Gateway"])


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], address: str, folder: Path | None = None) -> Iterator[int]:
    """Serve until the block ends, with TLS if there is a folder with a certificate; give the port."""
    with ThreadingHTTPServer((address, 0), handler) as server:
        if folder:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(folder / "server.crt", folder / "server.key")
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def certify(folder: Path, address: str) -> None:
    """Make an authority, and a certificate of it for an address."""
    (folder / "san").write_text(f"subjectAltName=IP:{address}\nbasicConstraints=CA:FALSE\n")
    for line in (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=School -keyout ca.key -out ca.crt",
        "openssl req -newkey rsa:2048 -nodes -subj /CN=server -keyout server.key -out server.csr",
        "openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -days 2 -extfile san -out server.crt",
    ):
        subprocess.run(line.split(), cwd=folder, check=True, capture_output=True)
