"""Servers on real sockets that misbehave in one way each."""

from __future__ import annotations

import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], "tuple[int, dict[str, str], bytes]"]


class _Handler(BaseHTTPRequestHandler):
    answer: Answer

    def do_GET(self) -> None:
        """Answer, with the date only where the answer has one of its own."""
        status, headers, body = type(self).answer(self)
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - http.server looks for this name

    def log_message(self, *_parts: object) -> None:
        """Say nothing."""


class _UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def _handler(answer: Answer) -> type[_Handler]:
    return type("Handler", (_Handler,), {"answer": staticmethod(answer)})


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def http_server(answer: Answer, address: str = "127.0.0.1") -> Iterator[int]:
    """Answer HTTP requests; give the port."""
    server = ThreadingHTTPServer((address, 0), _handler(answer))
    with _serving(server):
        yield server.server_port


@contextmanager
def https_server(answer: Answer, address: str, folder: Path, authority: str) -> Iterator[int]:
    """Answer HTTPS requests with a certificate from an authority of our own, whose file is ``authority.pem``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(folder, address, authority))
    server = ThreadingHTTPServer((address, 0), _handler(answer))
    # The handshake in the thread of the connection, so that one who breaks it off keeps nobody waiting.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_parts: None  # type: ignore[method-assign] # who does not trust us breaks off
    with _serving(server):
        yield server.server_port


@contextmanager
def unix_server(path: Path, answer: Answer) -> Iterator[None]:
    """Answer HTTP requests on a socket file, as an engine does."""
    server = _UnixServer(str(path), _handler(answer))
    with _serving(server):
        yield


@contextmanager
def silent_server(path: Path) -> Iterator[None]:
    """Take connections on a socket file, and never say a word."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(64)
        yield


def _certificate(folder: Path, address: str, authority: str) -> tuple[Path, Path]:
    """Make an authority and, signed by it, a certificate for an address: ``openssl req``, ``openssl x509``."""
    (folder / "extensions").write_text(f"subjectAltName=IP:{address}\n")
    new = "openssl req -newkey rsa:2048 -nodes"
    subject = f"/O={authority}/CN={authority}"
    for line in (
        [*f"{new} -x509 -days 2 -keyout authority.key -out authority.pem -subj".split(), subject],
        f"{new} -keyout server.key -out server.csr -subj /CN={address}".split(),
        [
            "openssl",
            "x509",
            "-req",
            "-days",
            "2",
            "-in",
            "server.csr",
            "-CA",
            "authority.pem",
            "-CAkey",
            "authority.key",
            "-CAcreateserial",
            "-extfile",
            "extensions",
            "-out",
            "server.pem",
        ],
    ):
        subprocess.run(line, cwd=folder, check=True, capture_output=True)
    return folder / "server.pem", folder / "server.key"
