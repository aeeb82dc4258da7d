"""Probes of the way to registries and package indexes, from this machine and from containers."""

from __future__ import annotations

import re
import socket
import ssl
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import certifi
import requests

from workbench.engine import docker_hub
from workbench.explain.proof import Case, Proof

TIMEOUT = 4  # seconds
DRIFT = 300  # seconds that a clock may be off before certificates and lists look wrong
RESOLVERS = ("/run/systemd/resolve/resolv.conf", "/etc/resolv.conf")  # the first one names the real servers


def hub(_case: Case) -> Proof:
    """Ask Docker Hub from this machine; without a login, 401 is the right answer."""
    try:
        answer = requests.get(f"{docker_hub.REGISTRY}/v2/", timeout=TIMEOUT)
    except requests.RequestException as error:
        return Proof(True, f"from this machine, Docker Hub doesn't answer either ({type(error).__name__}).")
    return Proof(False, f"from this machine, Docker Hub answers with {answer.status_code}.")


def quota(_case: Case) -> Proof:
    """Ask Docker Hub how many pulls are left; that costs none."""
    pulls = docker_hub.pull_quota(TIMEOUT, docker_hub.REGISTRY, docker_hub.LOGIN)
    if pulls is None:
        return Proof(None, "Docker Hub doesn't say how many pulls are left.")
    return Proof(pulls.left == 0, f"{pulls.left} pulls are left for this address.")


def no_address(case: Case) -> Proof:
    """Ask the name servers for a host."""
    host = case.name("host").partition(":")[0]
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return Proof(True, f"from this machine, {host} has no address either.")
    return Proof(False, f"from this machine, {host} has an address.")


def nobody_listens(case: Case) -> Proof:
    """Knock at an address."""
    host, _, port = case.name("address").rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT).close()
    except OSError as error:
        return Proof(True, f"nobody listens at {case.name('address')} ({error.strerror or error}).")
    return Proof(False, f"somebody listens at {case.name('address')} now.")


def not_public(case: Case) -> Proof:
    """Check the certificate of a host against the public authorities, as a fresh container does."""
    host, _, port = case.name("host").partition(":")
    bundle = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
    try:
        _shake_hands(host, int(case.names.get("port") or port or 443), certifi.where())
    except ssl.SSLCertVerificationError as error:
        return Proof(
            True, f"no public authority stands for {host}'s certificate ({error.verify_message}).", {"bundle": bundle}
        )
    return Proof(False, f"a public authority stands for {host}'s certificate.", {"bundle": bundle})


def no_network(case: Case) -> Proof:
    """Read which network the container has."""
    network = case.container["HostConfig"]["NetworkMode"]
    return Proof(network == "none", f"the container's network is {network}.")


def no_names_inside(case: Case) -> Proof:
    """Look up a name in a container with the same name servers, and on this machine."""
    host = case.names.get("host") or "pypi.org"
    servers = case.container["HostConfig"].get("Dns") if case.evidence.container else None
    here, there = _resolves(host), case.resolves(host, servers or [])
    words = {True: "has an address", False: "has none"}
    found = f"in a container, {host} {words[there]}; on this machine, it {words[here]}."
    return Proof(here and not there, found, {"dns": _resolver()})


def speaks_http(case: Case) -> Proof:
    """Ask a registry without encryption."""
    answer = requests.get(f"http://{case.name('host')}/v2/", timeout=TIMEOUT)
    return Proof(True, f"at {case.name('host')}, a server answers without encryption, with {answer.status_code}.")


def _shake_hands(host: str, port: int, bundle: str) -> None:
    context = ssl.create_default_context(cafile=bundle)
    with socket.create_connection((host, port), timeout=TIMEOUT) as plain:
        context.wrap_socket(plain, server_hostname=host).close()


def _resolves(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return False
    return True


def _resolver() -> str:
    """Give a name server of this machine that a container can ask, too."""
    for file in RESOLVERS:
        if Path(file).exists():
            for server in re.findall(r"^nameserver\s+(\S+)", Path(file).read_text(), re.MULTILINE):
                if not server.startswith("127."):
                    return str(server)
    return ""


def clock_is_off(case: Case) -> Proof:
    """Compare this machine's clock with that of a server, by a connection without a certificate."""
    host = case.names.get("host") or "deb.debian.org"
    answer = requests.head(f"http://{host.partition(':')[0]}/", timeout=TIMEOUT, allow_redirects=False)
    off = time.time() - parsedate_to_datetime(answer.headers["Date"]).timestamp()
    side = "ahead of" if off > 0 else "behind"
    return Proof(abs(off) > DRIFT, f"this machine's clock is {abs(off):.0f} seconds {side} that of {host}.")


def other_names(case: Case) -> Proof:
    """Look which names a server's certificate is for."""
    host, _, port = case.name("host").partition(":")
    try:
        _shake_hands(host, int(port or 443), certifi.where())
    except ssl.SSLCertVerificationError as error:
        return Proof("mismatch" in str(error), f"{host}: {error.verify_message}.")
    return Proof(False, f"{host} shows a certificate with its name.")
