"""The network as two sides see it, and what that means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit import machines
from workbench.doctor.probes import network as probes
from workbench.errors import TutorialError

PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def fixture_direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


def sides(outside: dict[str, Any], inside: dict[str, Any], **info: Any) -> Any:
    return machines.machine(
        info={**machines.INFO, **info}, outside=machines.network(**outside), inside=machines.inside(**inside)
    )


@pytest.mark.parametrize(
    ("outside", "inside", "state", "found"),
    [
        ({}, {}, "ok", "pypi.org is resolved inside a container, as it is here"),
        ({"name": "x"}, {}, "ok", "pypi.org is resolved inside a container"),
        ({"name": "x"}, {"name": "y", "proxy": "http://p"}, "ok", "pypi.org is not resolved inside; the proxy there"),
        ({"name": "x"}, {"name": "y"}, "problem", "pypi.org is resolved neither here (x) nor inside a container (y)."),
        ({}, {"name": "y"}, "problem", "pypi.org is resolved here, and not inside a container: y."),
    ],
)
def test_names(outside: dict[str, Any], inside: dict[str, Any], state: str, found: str) -> None:
    seen = probes.names(sides(outside, inside))
    assert seen.state == state
    assert seen.found.startswith(found)


def test_the_name_servers_to_write_down_are_those_that_a_container_can_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub, real = tmp_path / "stub", tmp_path / "real"
    stub.write_text("# systemd\nnameserver 127.0.0.53\noptions edns0\n")
    real.write_text("nameserver 10.0.0.2\nnameserver fd00::2\n")
    monkeypatch.setattr(probes, "RESOLVERS", (tmp_path / "none", stub, real))
    assert '"dns": ["10.0.0.2", "fd00::2"]' in probes.names(sides({}, {"name": "y"})).advice
    monkeypatch.setattr(probes, "RESOLVERS", (stub,))
    assert '"dns": ["ADDRESS"]' in probes.names(sides({}, {"name": "y"})).advice


@pytest.mark.parametrize(
    ("outside", "inside", "state", "found"),
    [
        ({}, {"issuer": "A"}, "ok", "pypi.org answers inside a container; the certificate comes from A"),
        ({}, {}, "ok", "pypi.org answers inside a container"),
        ({}, {"reached": "slow"}, "problem", "pypi.org can be reached from here, and not from inside: slow."),
        (
            {"reached": "a"},
            {"reached": "b"},
            "problem",
            "pypi.org can be reached neither from here (a) nor from inside (b).",
        ),
        (
            {"issuer": "School"},
            {"reached": "unknown", "certificate": True},
            "problem",
            "pypi.org: this machine trusts its certificate, which comes from School; a container does not (unknown).",
        ),
        # By a proxy, a name need not be resolved inside.
        ({}, {"name": "y", "proxy": "http://p"}, "ok", "pypi.org answers inside a container"),
    ],
)
def test_certificates(outside: dict[str, Any], inside: dict[str, Any], state: str, found: str) -> None:
    seen = probes.certificates(sides(outside, inside))
    assert seen.state == state
    assert seen.found.startswith(found)


def test_without_a_name_there_is_no_certificate_to_look_at() -> None:
    with pytest.raises(TutorialError, match="its name is not resolved inside a container"):
        probes.certificates(sides({}, {"name": "y", "reached": "its name is not resolved"}))


@pytest.mark.parametrize(
    ("here", "engine", "inside", "state", "found"),
    [
        ("", {}, "", "ok", "here none, engine none, inside none"),
        ("http://u:p@p:1", {"HttpsProxy": "http://p:1"}, "http://p:1", "ok", "here http://p:1, engine http://p:1, in"),
        ("http://p:1", {"HttpProxy": "http://p:1"}, "", "warning", "here http://p:1, engine http://p:1, inside none:"),
        ("http://p:1", {}, "http://p:1", "warning", "here http://p:1, engine none, inside http://p:1: the engine"),
    ],
)
def test_proxies(here: str, engine: dict[str, str], inside: str, state: str, found: str) -> None:
    seen = probes.proxies(sides({"proxy": here}, {"proxy": inside}, **engine))
    assert seen.state == state
    assert seen.found.startswith(found)


def test_what_bypassed_the_proxy_before_still_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://p:1")
    monkeypatch.setenv("no_proxy", "intranet.example")
    seen = probes.proxies(sides({}, {}))
    assert (seen.state, seen.fix) == (
        "problem",
        "export no_proxy='127.0.0.1,localhost,intranet.example' NO_PROXY='127.0.0.1,localhost,intranet.example'",
    )
    monkeypatch.setitem(os.environ, "no_proxy", "127.0.0.1,localhost,intranet.example")
    assert probes.proxies(sides({}, {})).state == "ok"
