"""An engine that is there: it is used as it is, and looked at."""

from __future__ import annotations

from typing import Any

import docker
import pytest

from tests.support.names import letters
from workbench.engine import ports
from workbench.provision import daemon
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS
from workbench.system import apt, processes

pytestmark = pytest.mark.docker


def test_an_engine_that_answers_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "run_as_root", lambda *command: pytest.fail(f"ran {command}"))
    monkeypatch.setattr(processes, "start", lambda *command: pytest.fail(f"started {command}"))
    client = daemon.ensure(PATHS, lambda: 5001, yes=True)
    assert client.ping()
    client.close()


def test_a_container_that_holds_a_port_is_named(client: docker.DockerClient) -> None:
    name = f"test-{letters()}"
    # A free port, which the annotations don't know of.
    published: Any = {"80/tcp": (LOOPBACK, None)}
    container = client.containers.run(BASE_IMAGE, ["sleep", "600"], name=name, detach=True, ports=published)
    try:
        container.reload()
        [door] = container.ports["80/tcp"] or []
        port = int(door["HostPort"])
        assert str(ports.holder(port, client)) == f"container {name}"
        assert str(ports.holder(port)) == f"container {name}"
        assert not ports.is_free(port)
    finally:
        container.remove(force=True)
    assert ports.is_free(port)
