"""Faults of a user who may not: the engine's socket, and a file of the build context."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest

from workbench.explain import explain

from .fault_workspace import FaultWorkspace

pytestmark = [
    pytest.mark.docker,
    # docker-py doesn't close the socket on which nobody has answered.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user"),
]
SOCKET = Path("/var/run/docker.sock")
NOBODY = 65534


@pytest.fixture(autouse=True)
def fixture_late_sockets() -> Iterator[None]:
    """Collect those sockets while their warnings are expected."""
    yield
    gc.collect()


@contextmanager
def as_nobody(*groups: int) -> Iterator[None]:
    """Be another user, a member of these groups."""
    before = os.getgroups()
    os.setgroups(groups)
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(before)


def ping() -> None:
    client = docker.from_env()
    client.ping()
    client.close()


@pytest.mark.usefixtures("workspace")
def test_who_may_not_use_the_socket_is_told_which_group_may() -> None:
    with as_nobody(), pytest.raises(docker.errors.DockerException) as raised:
        ping()
    with as_nobody():
        explanation = explain(raised.value)
    assert explanation
    assert (explanation.cause.key, explanation.proof.confirmed) == ("socket-permission", True)
    assert f"belongs to the group {SOCKET.group()}" in explanation.proof.found
    assert explanation.fix == "sudo usermod -aG docker $USER"
    with as_nobody(SOCKET.stat().st_gid):  # as after the next login
        ping()


def test_a_file_that_nobody_may_read_is_kept_at_home(workspace: FaultWorkspace) -> None:
    # A lesson of another test may read along with this client, and note things down as root.
    workspace.patch.delitem(vars(workspace.client.api), "build", raising=False)
    workspace.dockerfile("FROM scratch", "COPY Dockerfile /")
    workspace.write("key.pem", "secret")
    (workspace.folder / "key.pem").chmod(0o600)
    workspace.patch.chdir(workspace.folder)
    open_to_all(workspace.folder)
    with as_nobody(SOCKET.stat().st_gid):
        with pytest.raises(OSError, match="Can not read file in context") as raised:
            workspace.build(path=".")
        explanation = explain(raised.value)
    assert explanation
    assert (explanation.cause.key, explanation.proof.confirmed) == ("context-unreadable", True)
    workspace.shell(explanation.fix)
    with as_nobody(SOCKET.stat().st_gid):
        workspace.build(path=".")


def open_to_all(folder: Path) -> None:
    """Open pytest's folders, which are for their owner only."""
    for one in (folder, *folder.parents):
        if one.name.startswith(("test_", "popen-", "pytest-")):
            one.chmod(0o755)
