"""Faults of apt in a build, with a package server on this machine."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.support.servers import http_server
from workbench.settings import BASE_IMAGE

from .apt import Archive
from .fault_workspace import Fault, FaultWorkspace, Step, before, replacing
from .prove_fault import prove

pytestmark = pytest.mark.docker
HOSTS = ("deb.debian.org", "archive.debian.org")
UPDATE, INSTALL = "RUN apt-get update", "RUN apt-get install -y tiny"


def serving(*lines: str, gone: bool = False) -> Step:
    """Serve packages where containers and this process look for Debian's, and lay out a Dockerfile."""

    def make(workspace: FaultWorkspace) -> None:
        packages = workspace.kept["packages"] = Archive(gone=gone)
        port = workspace.servers.enter_context(http_server(packages.answer, workspace.gateway))
        look_up = socket.getaddrinfo

        def as_in_containers(host: Any, *rest: Any, **options: Any) -> Any:
            return look_up(workspace.gateway if host in HOSTS else host, *rest, **options)

        workspace.patch.setattr(socket, "getaddrinfo", as_in_containers)
        source = f"deb [trusted=yes] http://deb.debian.org:{port}/debian buster main"
        sources = f"RUN rm -rf /etc/apt/sources.list.d && echo '{source}' >/etc/apt/sources.list"
        workspace.dockerfile(f"FROM {BASE_IMAGE}", sources, *lines)

    return make


def build(workspace: FaultWorkspace) -> None:
    workspace.build(network_mode=None, extra_hosts=dict.fromkeys(HOSTS, workspace.gateway))


def moved_on(workspace: FaultWorkspace) -> None:
    """Build once, so that the lists are in the cache; then the server gets a new version."""
    serving(UPDATE)(workspace)
    build(workspace)
    workspace.kept["packages"].version = "1.1"
    workspace.change(lambda lines: [*lines, INSTALL])


FAULTS = [
    Fault("apt-archived", serving(UPDATE, INSTALL, gone=True), build, before(UPDATE)),
    Fault("apt-no-lists", serving(INSTALL), build, replacing(INSTALL)),
    Fault("apt-old-lists", moved_on, build, replacing(INSTALL)),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(workspace: FaultWorkspace, fault: Fault) -> None:
    prove(workspace, fault)
