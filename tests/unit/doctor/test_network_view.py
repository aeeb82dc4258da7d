"""What a program sees of the network, the same from outside and inside."""

from __future__ import annotations

import ast
import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workbench.doctor import network_view


@pytest.fixture(autouse=True)
def fixture_direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "PIP_CERT"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_name_that_no_host_has() -> None:
    seen = network_view.look("https://packages.invalid/")
    assert seen["name"]
    assert seen["reached"] == "its name is not resolved"


def test_a_name_that_nobody_can_write() -> None:
    assert network_view.look(f"https://{'x' * 70}.example/")["name"]


def test_a_host_that_takes_the_call_and_says_nothing_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_view, "ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        seen = network_view.look(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    assert seen["reached"]
    assert not seen["certificate"]


def test_what_answers_in_another_language_is_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        seen_by = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"from workbench.doctor import network_view as vantage; print(vantage.look('http://127.0.0.1:{port}/'))",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        with seen_by, server.accept()[0] as connection:
            connection.recv(1000)
            connection.sendall(b"SSH-2.0-OpenSSH_9\r\n")
            connection.close()
            told = ast.literal_eval(str(seen_by.communicate()[0]))
    assert told["reached"]


def test_a_proxy_resolves_names_and_fetches_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        thread = threading.Thread(target=answer_once, args=(proxy,))
        thread.start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        seen = network_view.look("http://packages.invalid/simple/")
        thread.join()
    assert seen["name"], "nobody but the proxy knows it"
    assert (seen["reached"], seen["date"]) == ("", "Tue, 24 Nov 2026 06:45:32 GMT")
    assert seen["proxy"].startswith("http://127.0.0.1:")


def test_a_host_that_bypasses_the_proxy_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=(server,))
        thread.start()
        seen = network_view.look(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert (seen["reached"], seen["proxy"]) == ("", "")


def answer_once(server: socket.socket) -> None:
    with server.accept()[0] as connection:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 06:45:32 GMT\r\nContent-Length: 0\r\n\r\n")


def test_the_source_runs_by_itself_and_says_it_in_json() -> None:
    """As in a container, where nothing of the package is."""
    source = Path(network_view.__file__).read_text()
    line = [sys.executable, "-I", "-c", source, "http://127.0.0.1:1/"]
    told = json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout)
    assert set(told) == {"python", "free", "network"}
    assert told["python"] == sys.version.split()[0]
    assert "refused" in told["network"]["reached"]


def test_the_source_is_fit_for_the_images_python() -> None:
    ast.parse(Path(network_view.__file__).read_text(), feature_version=(3, 8))


def test_pip_trusts_whom_it_was_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "pip.conf"
    monkeypatch.setattr(network_view, "PIP_CONF", settings)
    own = network_view.pips_certificates()
    assert own is not None
    assert own.endswith("cacert.pem")
    settings.write_text("[global]\ncert = /from/settings.pem\nindex-url = https://x/%20y\n")
    assert network_view.pips_certificates() == "/from/settings.pem"
    monkeypatch.setenv("PIP_CERT", "/from/variable.pem")
    assert network_view.pips_certificates() == "/from/variable.pem"
