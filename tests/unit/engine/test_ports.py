"""Host ports, held by real sockets."""

from __future__ import annotations

import os
import pwd
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import psutil
import pytest
import requests

from workbench.engine import ports
from workbench.errors import TutorialError
from workbench.settings import LOOPBACK

LISTENS = """
import socket, time
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
time.sleep(300)
"""


@contextmanager
def listening(
    program: str = "/usr/bin/python3", user: int | None = None
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Let another program, maybe of another user, have a port."""
    with subprocess.Popen([program, "-I", "-c", LISTENS], stdout=subprocess.PIPE, text=True, user=user) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline()), server
        server.kill()


@pytest.mark.parametrize("address", [LOOPBACK, "0.0.0.0"])
def test_a_port_is_taken_while_somebody_listens(address: str) -> None:
    with socket.create_server((address, 0)) as listener:
        port = listener.getsockname()[1]
        assert not ports.is_free(port)
    assert ports.is_free(port)


def test_a_port_that_only_waits_for_last_packets_is_free() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        client = socket.create_connection((LOOPBACK, port))
        served, _address = listener.accept()
        served.close()  # who closes first is the one who waits
        assert client.recv(1) == b""
        client.close()
    states = [c.status for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port]
    assert states == [psutil.CONN_TIME_WAIT]
    assert ports.is_free(port)


def test_the_next_free_port_comes_after_those_that_are_taken() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        taken = listener.getsockname()[1]
        assert next(ports.free_ports(taken)) > taken


def test_no_port_is_offered_past_the_last() -> None:
    assert list(ports.free_ports(65535)) in ([], [65535])
    assert not list(ports.free_ports(65536))


def test_the_holder_is_named() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        name = psutil.Process().name()
        holder = ports.holder(listener.getsockname()[1])
    assert str(holder) == f"process {name} (pid {os.getpid()})"
    assert holder.ours
    assert re.fullmatch(r"of the user \w+, which is you, since \d{4}-\d\d-\d\d \d\d:\d\d", holder.whose)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as another user")
def test_the_process_of_another_user_is_named_as_that_users() -> None:
    with listening(user=65534) as (port, _server):
        holder = ports.holder(port)
    assert not holder.ours
    assert holder.whose.startswith(f"of the user {pwd.getpwuid(65534).pw_name}, since ")


def test_a_process_can_not_hide_behind_its_name(tmp_path: Path) -> None:
    program = tmp_path / "x\u202e\nfree"
    program.symlink_to("/usr/bin/python3")
    with listening(str(program)) as (port, server):
        assert str(ports.holder(port)) == f"process x\\u202e\\nfree (pid {server.pid})"


def test_a_connection_from_a_port_does_not_hold_it() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        assert str(ports.holder(client.getsockname()[1])) == "another program"


def test_a_holder_that_is_not_shown_is_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_kind: str) -> None:
        raise psutil.AccessDenied

    # As on systems that show a process to its owner only; this user may be root, whom nothing is refused.
    monkeypatch.setattr(psutil, "net_connections", refuse)
    with socket.create_server((LOOPBACK, 0)) as listener:
        assert str(ports.holder(listener.getsockname()[1])) == "another program"


@pytest.fixture(name="server_port")
def fixture_server_port() -> Iterator[int]:
    with HTTPServer((LOOPBACK, 0), SimpleHTTPRequestHandler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_server_that_answers_is_up(server_port: int) -> None:
    ports.wait_until_up(server_port)


def test_a_server_that_never_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "START_TIMEOUT", 0.2)
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(TutorialError) as failure:
        ports.wait_until_up(port)
    assert failure.value.what.startswith(f"Nothing answered at http://{LOOPBACK}:{port}/")
    assert "docker ps -a" in failure.value.fix


def test_a_proxy_is_for_the_way_out_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((LOOPBACK, 0)) as proxy:
        proxy.settimeout(0)
        monkeypatch.setenv("http_proxy", f"http://{LOOPBACK}:{proxy.getsockname()[1]}")
        with pytest.raises(requests.ConnectionError):
            ports.http_get(f"http://{LOOPBACK}:1/")
        with pytest.raises(BlockingIOError):  # nobody has called
            proxy.accept()


def test_a_port_that_only_the_engine_may_take_is_taken_where_somebody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_call: object) -> None:
        raise PermissionError(13, "Permission denied")

    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setattr(socket.socket, "bind", refuse)
        assert not ports.is_free(port)
    assert ports.is_free(port)
