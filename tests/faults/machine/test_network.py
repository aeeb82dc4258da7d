"""Name servers that are away, certificates of strangers, proxies in the way, clocks that are wrong."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import docker
import pytest
import requests

from tests.support.servers import http_server, https_server
from workbench.doctor import Targets
from workbench.doctor.probes.network import BUNDLES
from workbench.settings import BASE_IMAGE, LOOPBACK

from .diagnosis import command, diagnose, repair, repair_environment
from .second_engine import SecondEngine

pytestmark = pytest.mark.docker

AUTHORITY = "Inspection of Some Campus"
NOWHERE = "192.0.2.99"  # of a range that is kept free for examples
ASKED_ONCE = ["timeout:2", "attempts:1"]  # instead of twice for five seconds: a name server that is away stays away


def answer(_request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Date": formatdate(usegmt=True)}, b"{}"


@pytest.fixture(name="gateway")
def fixture_gateway(client: docker.DockerClient) -> str:
    """Find the address by which containers and this machine both reach this machine."""
    network = client.networks.get("bridge").attrs["IPAM"]["Config"][0]
    return str(network.get("Gateway") or network["Subnet"].replace(".0.0/16", ".0.1"))


@pytest.fixture(name="direct", autouse=True)
def fixture_direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without any proxy."""
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_name_server_of_containers_is_away() -> None:
    around = Targets(container={"dns": [NOWHERE], "dns_opt": ASKED_ONCE})
    assert diagnose("dns").state == "ok"
    seen = diagnose("dns", around)
    assert seen.state == "problem"
    assert seen.found.startswith("pypi.org is resolved here, and not inside a container: ")
    after = diagnose("tls", around)
    assert after.state == "could not look"
    assert after.found == "pypi.org: its name is not resolved inside a container."
    # What stands in daemon.json is what each container is started with.
    advised = re.search(r'"dns": (\[.*?\])', seen.advice)
    assert advised, seen.advice
    assert diagnose("dns", Targets(container={"dns": json.loads(advised[1])})).state == "ok"


def test_engine_was_given_a_name_server_that_is_away(second_with_base: SecondEngine) -> None:
    second_with_base.start(**{"dns": [NOWHERE], "dns-opts": ASKED_ONCE}).close()
    second_with_base.let_out()
    seen = diagnose("dns")
    assert seen.state == "problem"
    advised = re.search(r'"dns": \[.*?\]', seen.advice)
    assert advised, seen.advice
    second_with_base.stop()
    second_with_base.start(**json.loads(f"{{{advised[0]}}}")).close()
    assert (diagnose("dns").state, diagnose("tls").state) == ("ok", "ok")


def test_engine_has_no_way_out_for_its_containers(second_with_base: SecondEngine) -> None:
    second_with_base.start(**{"dns-opts": ASKED_ONCE}).close()  # it forwards nothing
    seen = diagnose("dns")
    assert seen.state == "problem"
    assert "and not inside a container" in seen.found


def test_name_is_resolved_nowhere() -> None:
    seen = diagnose("dns", Targets(packages="https://packages.invalid/"))
    assert seen.state == "problem"
    assert seen.found.startswith("packages.invalid is resolved neither here (")
    assert seen.advice == "Is this machine online? getent hosts packages.invalid"


@pytest.fixture(name="inspected")
def fixture_inspected(gateway: str, tmp_path: Path) -> Iterator[str]:
    """Serve the package index as a network does that opens what is encrypted."""
    with https_server(answer, gateway, tmp_path, AUTHORITY) as port:
        yield f"https://{gateway}:{port}/"


def system_bundle() -> str:
    return os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or BUNDLES[0]


def test_network_opens_what_is_encrypted(inspected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # This machine was taught to trust it, beside those whom it trusts already.
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes((tmp_path / "authority.pem").read_bytes() + Path(system_bundle()).read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    seen = diagnose("tls", Targets(packages=inspected))
    assert seen.state == "problem"
    assert f"this machine trusts its certificate, which comes from {AUTHORITY}; a container does not (" in seen.found
    assert inspected.split("/")[2] in seen.found
    assert "Successfully downloaded" in repair(seen)
    mount, variable = re.findall(r"-[ve] (\S+)", command(seen))
    (source, target, mode), (name, value) = mount.split(":"), variable.split("=")
    options = {"volumes": {source: {"bind": target, "mode": mode}}, "environment": {name: value}}
    after = diagnose("tls", Targets(packages=inspected, container=options))
    assert after.state == "ok"
    assert f"the certificate comes from {AUTHORITY}" in after.found


def test_docker_hub_is_opened_on_the_way_too(inspected: str, client: docker.DockerClient) -> None:
    assert client.images.get(BASE_IMAGE)
    seen = diagnose("docker hub", Targets(hub=inspected.rstrip("/")))
    assert seen.state == "ok", "the base image is here"
    assert "certificate verify failed" in seen.found


def test_network_is_trusted_by_nobody(inspected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = diagnose("tls", Targets(packages=inspected))
    assert seen.state == "problem"
    assert "neither this machine nor a container trusts its certificate (" in seen.found
    assert AUTHORITY in seen.found
    assert "update-ca-certificates" in seen.fix
    # Whoever follows the advice has the certificate in this machine's bundle; here that stays as it is.
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    assert "this machine trusts its certificate" in diagnose("tls", Targets(packages=inspected)).found


def test_what_containers_are_not_let_through_to() -> None:
    with http_server(answer, LOOPBACK) as port:  # this machine's loopback, which is not a container's
        seen = diagnose("tls", Targets(packages=f"http://{LOOPBACK}:{port}/"))
    assert seen.state == "problem"
    assert f"{LOOPBACK}:{port} can be reached from here, and not from inside: " in seen.found
    assert "Connection refused" in seen.found


def test_package_index_is_away_for_all(gateway: str) -> None:
    with socket.create_server((gateway, 0)) as listener:
        port = listener.getsockname()[1]
    seen = diagnose("tls", Targets(packages=f"http://{gateway}:{port}/"))
    assert seen.state == "problem"
    assert "can be reached neither from here (" in seen.found


def test_proxy_that_does_not_know_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_server(answer, LOOPBACK) as port:
        around = Targets(app_port=port)
        assert diagnose("proxy", around).state == "ok"
        monkeypatch.setenv("http_proxy", "http://ada:secret@127.0.0.1:9")
        with pytest.raises(requests.exceptions.ProxyError):
            requests.get(f"http://{LOOPBACK}:{port}/", timeout=5)
        seen = diagnose("proxy", around)
        assert seen.state == "problem"
        assert seen.found == f"Requests to {LOOPBACK} go to the proxy http://127.0.0.1:9, and get lost there"
        assert "secret" not in str(seen)
        repair_environment(seen, monkeypatch)
        assert requests.get(f"http://{LOOPBACK}:{port}/", timeout=5).ok
        assert diagnose("proxy", around).state == "ok"


def test_proxy_of_which_the_engine_was_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", LOOPBACK)
    seen = diagnose("proxy")
    assert seen.state == "warning"
    assert seen.found == "here http://127.0.0.1:9, engine none, inside none: the engine pulls without it"
    monkeypatch.delenv("https_proxy")
    assert diagnose("proxy").state == "ok"


def test_proxy_of_which_containers_were_not_told(
    second_with_base: SecondEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", LOOPBACK)
    second_with_base.start().close()  # it inherits the variables
    seen = diagnose("proxy")
    assert seen.state == "warning"
    assert seen.found.endswith("inside none: pip in a container goes without it")
    assert seen.advice.endswith("https://docs.docker.com/engine/cli/proxy/")
    # What that page says to do:
    config = {"proxies": {"default": {"httpsProxy": "http://127.0.0.1:9"}}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert diagnose("proxy").state == "ok"


def test_clock_is_an_hour_off_that_of_the_package_index() -> None:
    behind = [3600.0]

    def late(_request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Date": formatdate(time.time() - behind[0], usegmt=True)}, b"{}"

    with http_server(late) as port:
        around = Targets(packages=f"http://{LOOPBACK}:{port}/")
        seen = diagnose("clock", around)
        assert seen.state == "warning"
        assert re.fullmatch(r"3(599|6\d\d) seconds ahead of the package index's", seen.found)
        assert command(seen) == "timedatectl set-ntp true"
        behind[0] = 0  # this machine's clock is not ours to set
        assert diagnose("clock", around).state == "ok"
