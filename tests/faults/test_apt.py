"""Faults of apt in a build, with a package server on this machine."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from workbench.settings import BASE_IMAGE

from .apt import Archive
from .fault_workspace import Fault, FaultWorkspace, Step, before, replacing
from .machine.servers import http_server
from .prove_fault import prove

pytestmark = pytest.mark.docker
HOSTS = ("deb.debian.org", "archive.debian.org")
UPDATE, INSTALL = "RUN apt-get update", "RUN apt-get install -y tiny"


def serving(*lines: str, gone: bool = False) -> Step:
    """Serve packages where containers and this process look for Debian's, and lay out a Dockerfile."""

    def make(bench: FaultWorkspace) -> None:
        packages = bench.kept["packages"] = Archive(gone=gone)
        port = bench.servers.enter_context(http_server(packages.answer, bench.gateway))
        look_up = socket.getaddrinfo

        def as_in_containers(host: Any, *rest: Any, **options: Any) -> Any:
            return look_up(bench.gateway if host in HOSTS else host, *rest, **options)

        bench.patch.setattr(socket, "getaddrinfo", as_in_containers)
        source = f"deb [trusted=yes] http://deb.debian.org:{port}/debian buster main"
        sources = f"RUN rm -rf /etc/apt/sources.list.d && echo '{source}' >/etc/apt/sources.list"
        bench.dockerfile(f"FROM {BASE_IMAGE}", sources, *lines)

    return make


def build(bench: FaultWorkspace) -> None:
    bench.build(network_mode=None, extra_hosts=dict.fromkeys(HOSTS, bench.gateway))


def moved_on(bench: FaultWorkspace) -> None:
    """Build once, so that the lists are in the cache; then the server gets a new version."""
    serving(UPDATE)(bench)
    build(bench)
    bench.kept["packages"].version = "1.1"
    bench.change(lambda lines: [*lines, INSTALL])


FAULTS = [
    Fault("apt-archived", serving(UPDATE, INSTALL, gone=True), build, before(UPDATE)),
    Fault("apt-no-lists", serving(INSTALL), build, replacing(INSTALL)),
    Fault("apt-old-lists", moved_on, build, replacing(INSTALL)),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_explained_and_repaired(bench: FaultWorkspace, fault: Fault) -> None:
    prove(bench, fault)
