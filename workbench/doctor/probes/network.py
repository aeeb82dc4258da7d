"""The way out: names, certificates and proxies, from this machine and from inside a container."""

from __future__ import annotations

import os
import re
import shlex
import ssl
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from requests.utils import should_bypass_proxies

from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.probing import Probe
from workbench.errors import TutorialError
from workbench.settings import BASE_IMAGE, LOOPBACK
from workbench.system.apt import as_root

# The first names systemd's own name server; which ones it asks, in the second.
RESOLVERS = (Path("/run/systemd/resolve/resolv.conf"), Path("/etc/resolv.conf"))
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
WHO = ("here", "engine", "inside")
USERINFO = re.compile(r"(?<=://)[^/@]*@")


def names(machine: Machine) -> ProbeResult:
    """Resolve the package index's name on both sides."""
    host = urlsplit(machine.around.packages).hostname
    outside, inside = machine.outside(), machine.inside().network
    if not inside["name"]:
        return ProbeResult(
            "ok", f"{host} is resolved inside a container" + ("" if outside["name"] else ", as it is here")
        )
    if inside["proxy"]:
        return ProbeResult("ok", f"{host} is not resolved inside; the proxy there does that")
    if outside["name"]:
        found = f"{host} is resolved neither here ({outside['name']}) nor inside a container ({inside['name']})."
        return ProbeResult("problem", found, advice=f"Is this machine online? getent hosts {host}")
    servers = ", ".join(f'"{server}"' for server in _name_servers()) or '"ADDRESS"'
    return ProbeResult(
        "problem",
        f"{host} is resolved here, and not inside a container: {inside['name']}.",
        advice=f'Write "dns": [{servers}] into /etc/docker/daemon.json, then restart the engine.',
    )


def _name_servers() -> list[str]:
    """List the name servers of this machine that a container can reach as well."""
    for file in RESOLVERS:
        if file.exists():
            found = re.findall(r"^nameserver\s+(\S+)", file.read_text(), re.MULTILINE)
            if reachable := [server for server in found if not server.startswith("127.")]:
                return reachable
    return []


def certificates(machine: Machine) -> ProbeResult:
    """Ask the package index over TLS on both sides, and see whose certificate comes."""
    host = urlsplit(machine.around.packages).netloc
    outside, inside = machine.outside(), machine.inside().network
    if not inside["reached"]:
        by = f"; the certificate comes from {inside['issuer']}" if inside["issuer"] else ""
        return ProbeResult("ok", f"{host} answers inside a container{by}")
    if inside["name"] and not inside["proxy"]:
        raise TutorialError(f"{host}: its name is not resolved inside a container.", "Fix what dns says first.")
    if not inside["certificate"]:
        return _unreachable(host, outside, inside)
    if outside["certificate"]:
        found = f"{host}: neither this machine nor a container trusts its certificate ({outside['reached']})."
        return ProbeResult("problem", f"{found} It comes from {_issuer(host)}.", *_teach_host())
    return ProbeResult(
        "problem",
        f"{host}: this machine trusts its certificate, which comes from {outside['issuer'] or 'its own issuer'}; "
        f"a container does not ({inside['reached']}). Somebody on the way opens what is encrypted.",
        *_teach_container(),
    )


def _unreachable(host: str, outside: dict[str, Any], inside: dict[str, Any]) -> ProbeResult:
    if outside["reached"]:
        found = f"{host} can be reached neither from here ({outside['reached']}) nor from inside ({inside['reached']})."
        return ProbeResult("problem", found, advice=f"Is this machine online? curl -sSI https://{host}/")
    advice = "If there is a firewall, let it pass what comes from docker0. If there is a proxy, see what proxy says."
    return ProbeResult(
        "problem", f"{host} can be reached from here, and not from inside: {inside['reached']}.", "", advice
    )


def _issuer(host: str) -> str:
    """Name the issuer of a certificate that nobody here trusts, where openssl is there to read it."""
    name, _, port = host.partition(":")
    try:
        certificate = ssl.get_server_certificate((name, int(port or 443)))
        command = ["openssl", "x509", "-noout", "-issuer"]
        said = subprocess.run(command, input=certificate, capture_output=True, text=True, check=True, timeout=2)
    except (OSError, subprocess.SubprocessError):
        return "an unknown issuer"
    return said.stdout.strip().partition("issuer=")[2].strip()


def _teach_container() -> tuple[str, str]:
    bundle = next(
        (path for path in [os.environ.get("SSL_CERT_FILE", ""), *BUNDLES] if Path(path).is_file()), BUNDLES[0]
    )
    bundle = shlex.quote(bundle)
    return (
        f"docker run --rm -v {bundle}:/ca.crt:ro -e PIP_CERT=/ca.crt {BASE_IMAGE} pip download --no-deps Flask",
        f"In a build: cp {bundle} ca.crt, then in the Dockerfile before RUN: COPY ca.crt / and ENV PIP_CERT=/ca.crt",
    )


def _teach_host() -> tuple[str, str]:
    ask = "Get the certificate's file, NAME.crt, from who runs the network, and put it there first:"
    return as_root("update-ca-certificates"), f"{ask} {as_root('cp NAME.crt /usr/local/share/ca-certificates/')}"


def proxies(machine: Machine) -> ProbeResult:
    """Compare the proxy of this machine's programs with the engine's and with that of containers."""
    info, inside = machine.info(), machine.inside().network["proxy"]
    here = machine.outside()["proxy"]
    ours = f"http://{LOOPBACK}:{machine.around.app_port}"
    if "http" in getproxies() and not should_bypass_proxies(ours, no_proxy=None):
        proxy = _public(getproxies()["http"])
        return ProbeResult("problem", f"Requests to {LOOPBACK} go to the proxy {proxy}, and get lost there", *_bypass())
    engine = info.get("HttpsProxy") or info.get("HttpProxy") or ""
    found = ", ".join(f"{who} {_public(proxy) or 'none'}" for who, proxy in zip(WHO, (here, engine, inside)))
    if here and not engine:
        advice = "If a pull fails: https://docs.docker.com/engine/daemon/proxy/"
        return ProbeResult("warning", f"{found}: the engine pulls without it", advice=advice)
    if here and not inside:
        advice = "If pip fails in a container: https://docs.docker.com/engine/cli/proxy/"
        return ProbeResult("warning", f"{found}: pip in a container goes without it", advice=advice)
    return ProbeResult("ok", found)


def _bypass() -> tuple[str, str]:
    already = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    hosts = ",".join([LOOPBACK, "localhost", *([already] if already else [])])
    return f"export no_proxy='{hosts}' NO_PROXY='{hosts}'", "For a lab that runs: ./tutorial stop; ./tutorial start"


def _public(proxy: str) -> str:
    """Leave a password out."""
    return USERINFO.sub("", proxy)


PROBES = (
    Probe(
        Question(
            "dns", "Do names resolve in a container as they do here?", "pip asks for pypi.org by its name.", needed=True
        ),
        names,
    ),
    Probe(
        Question(
            "tls",
            "Can a container reach the package index, and trust it?",
            "Chapters 02 to 06 install Flask from there; many networks replace the certificate with their own.",
            needed=True,
        ),
        certificates,
    ),
    Probe(
        Question(
            "proxy",
            "Do this machine, the engine and containers know the same proxy?",
            "Programs, engine and containers are told of a proxy apart, and what is on this machine must bypass it.",
        ),
        proxies,
    ),
)
