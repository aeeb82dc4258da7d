"""Faults by certificates of an authority that only this machine knows, as schools and companies have one."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from workbench.settings import BASE_IMAGE

from .bench import Bench, Fault, keeping
from .happening import prove
from .machine.servers import https_server
from .wheels import offer_wheel

pytestmark = pytest.mark.docker


def offering(bench: Bench) -> None:
    """Offer a package over TLS; this machine trusts the authority, by a variable."""
    offer_wheel(bench.folder, "tiny", "1.0")

    def answer(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        file = bench.folder / Path(request.path).name
        if file.suffix == ".whl":
            return 200, {}, file.read_bytes()
        link = '<a href="/tiny-1.0-py3-none-any.whl">tiny-1.0-py3-none-any.whl</a>'
        return 200, {"Content-Type": "text/html"}, link.encode()

    port = bench.servers.enter_context(https_server(answer, bench.gateway, bench.folder, "School"))
    bench.kept["index"] = f"https://{bench.gateway}:{port}/simple"
    bench.patch.setenv("SSL_CERT_FILE", str(bench.folder / "authority.pem"))


def download(bench: Bench) -> None:
    options = f"--rm {bench.label} {bench.kept.get('trust', '')}"
    pip = f"pip download --retries 0 --no-deps --index-url {bench.kept['index']} tiny"
    bench.shell(f"docker run {options} {BASE_IMAGE} {pip}")


def test_pip_that_does_not_know_the_authority_is_explained_and_repaired(bench: Bench) -> None:
    prove(bench, Fault("certificate-in-container", offering, download, keeping("trust")))
