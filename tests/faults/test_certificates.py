"""Faults by certificates of an authority that only this machine knows, as schools and companies have one."""

from __future__ import annotations

import os
import shutil
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import requests

from tests.support.servers import https_server
from workbench.provision import registries
from workbench.settings import BASE_IMAGE, PATHS

from .fault_workspace import Fault, FaultWorkspace, keeping
from .prove_fault import prove
from .wheels import offer_wheel

pytestmark = pytest.mark.docker
FROM_REGISTRY = ("Content-Type", "Docker-Content-Digest", "Docker-Distribution-Api-Version")


def offering(workspace: FaultWorkspace) -> None:
    """Offer a package over TLS; this machine trusts the authority, by a variable."""
    offer_wheel(workspace.folder, "tiny", "1.0")

    def answer(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        file = workspace.folder / Path(request.path).name
        if file.suffix == ".whl":
            return 200, {}, file.read_bytes()
        link = '<a href="/tiny-1.0-py3-none-any.whl">tiny-1.0-py3-none-any.whl</a>'
        return 200, {"Content-Type": "text/html"}, link.encode()

    port = workspace.servers.enter_context(https_server(answer, workspace.gateway, workspace.folder, "School"))
    workspace.kept["index"] = f"https://{workspace.gateway}:{port}/simple"
    workspace.patch.setenv("SSL_CERT_FILE", str(workspace.folder / "authority.pem"))


def download(workspace: FaultWorkspace) -> None:
    options = f"--rm {workspace.label} {workspace.kept.get('trust', '')}"
    pip = f"pip download --retries 0 --no-deps --index-url {workspace.kept['index']} tiny"
    workspace.shell(f"docker run {options} {BASE_IMAGE} {pip}")


def test_pip_that_does_not_know_the_authority_is_explained_and_repaired(workspace: FaultWorkspace) -> None:
    prove(workspace, Fault("certificate-in-container", offering, download, keeping("trust")))


def pushed(workspace: FaultWorkspace) -> None:
    """Push an image to our registry, and let that be reached over TLS at another address."""
    registries.ensure(PATHS, workspace.client, registries.PUSH)
    mine = registries.push_target(PATHS)
    name = f"{workspace.name}/tiny:1.0"
    workspace.dockerfile("FROM scratch", "COPY Dockerfile /")
    workspace.build(tag=f"{mine.address}/{name}")
    login = {"username": mine.username, "password": mine.password}
    assert "digest: " in workspace.client.images.push(f"{mine.address}/{name}", auth_config=login)

    def answer(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        asked = {"Accept": request.headers.get("Accept", "*/*")}
        url, password = f"http://{mine.address}{request.path}", (mine.username, mine.password)
        got = requests.get(url, headers=asked, auth=password, timeout=10)
        return got.status_code, {key: got.headers[key] for key in FROM_REGISTRY if key in got.headers}, got.content

    port = workspace.servers.enter_context(https_server(answer, workspace.gateway, workspace.folder, "School"))
    workspace.kept["image"] = f"{workspace.gateway}:{port}/{name}"


def pull(workspace: FaultWorkspace) -> None:
    workspace.client.images.pull(workspace.kept["image"])


def trusted(workspace: FaultWorkspace, fix: str) -> None:
    """Type the fix, with the authority's certificate where it wants it; root needs no sudo."""
    shutil.copy(workspace.folder / "authority.pem", workspace.folder / "ca.crt")
    workspace.servers.callback(shutil.rmtree, Path("/etc/docker/certs.d") / workspace.kept["image"].partition("/")[0])
    workspace.shell(fix.replace("sudo ", "") if os.geteuid() == 0 else fix)


def test_a_registry_whose_authority_the_engine_does_not_know_is_explained_and_repaired(
    workspace: FaultWorkspace,
) -> None:
    prove(workspace, Fault("registry-certificate", pushed, pull, trusted))
