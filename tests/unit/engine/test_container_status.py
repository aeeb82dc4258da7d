"""What docker inspect says, as plain data."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.engine.container_status import LOG_LINES, LOG_SIZE, PublishedPort, read_status


def attributes(status: str = "running", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Name": "/web",
        "State": {"Status": status, "ExitCode": 137, **more.pop("State", {})},
        "NetworkSettings": {"Ports": {"5000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "5001"}], "53/udp": None}},
        "HostConfig": {"PortBindings": {"5000/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}},
    }
    return found | more


def test_a_running_container_has_open_doors() -> None:
    seen = read_status(attributes(), b"hello\n")
    assert (seen.name, seen.status, seen.log) == ("web", "running", "hello\n")
    assert seen.published == (PublishedPort("127.0.0.1", "5001", "5000/tcp"),)
    assert seen.words == "running, no health check"
    assert not seen.over


def test_a_stopped_one_has_those_that_it_will_have_again() -> None:
    seen = read_status(attributes("exited", NetworkSettings={"Ports": {}}), b"")
    assert seen.published == (PublishedPort("127.0.0.1", "", "5000/tcp"),)
    assert str(seen.published[0]) == "127.0.0.1:? -> 5000/tcp"
    assert seen.words == "exited with code 137"


def test_no_address_means_all_of_them() -> None:
    ports = {"5000/tcp": [{"HostIp": "", "HostPort": "5000"}, {"HostIp": "::", "HostPort": "5000"}]}
    seen = read_status(attributes(NetworkSettings={"Ports": ports}), b"")
    assert [door.address for door in seen.published] == ["0.0.0.0", "::"]


@pytest.mark.parametrize("health", ["starting", "healthy", "unhealthy"])
def test_health_is_said_where_the_image_has_a_check(health: str) -> None:
    assert read_status(attributes(State={"Health": {"Status": health}}), b"").words == f"running, {health}"


def test_without_ports_there_are_no_doors() -> None:
    assert (
        read_status(attributes(NetworkSettings={"Ports": None}, HostConfig={"PortBindings": None}), b"").published == ()
    )


def test_a_long_log_is_cut_to_its_end() -> None:
    log = read_status(attributes(), b"".join(b"%d\n" % number for number in range(200_000))).log
    assert log.splitlines()[-1] == "199999"
    assert len(log.splitlines()) == LOG_LINES
    assert len(read_status(attributes(), b"\xff" * 3_000_000).log) == LOG_SIZE
