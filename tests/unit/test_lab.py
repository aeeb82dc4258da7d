"""The lab, started for real on a port of its own, and the book that its server extension serves."""

from __future__ import annotations

import socket
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from workbench import lab, processes
from workbench.errors import TutorialError
from workbench.lab import Addresses
from workbench.settings import LAB_PORT, LOOPBACK, WORK

from .checkouts import lay_out

pytestmark = pytest.mark.filterwarnings(
    # What we start is meant to outlive the one who starts it.
    "ignore:subprocess .* is still running:ResourceWarning"
)
PAGE = "<h1>Containers, Hands On</h1>"


@pytest.fixture(name="checkout", scope="module")
def fixture_checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a checkout of the project with a book of one page; the lab's state and pages are those of it."""
    root = tmp_path_factory.mktemp("checkout")
    lay_out(root)
    pages = root / ".workbench/book/_build/html"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text(PAGE)
    (root / "work").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR"):
            patch.setenv(name, str(root / "jupyter"))
        # Where `python -m` looks for the package first.
        patch.chdir(root)
        keep_state_in(root / ".workbench", patch)
        options = [option.replace(str(WORK), str(root / "work")) for option in lab.OPTIONS]
        patch.setattr(lab, "OPTIONS", options)
        yield root
        processes.stop(lab.LAB)


def keep_state_in(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(processes, "STATE", folder)
    patch.setattr(processes, "STARTED", [])
    patch.setattr(lab, "STATE", folder)
    patch.setattr(lab, "PORT_FILE", folder / "lab.port")
    patch.setattr(lab, "TOKEN_FILE", folder / "lab.token")


@pytest.fixture(name="addresses", scope="module")
def fixture_addresses(checkout: Path) -> Addresses:
    assert checkout.is_dir()
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    return lab.start(port)


def without_token(address: str) -> str:
    return address.partition("?")[0]


def test_both_addresses_answer_on_loopback(addresses: Addresses) -> None:
    assert PAGE in requests.get(addresses.book, timeout=10).text
    assert "JupyterLab" in requests.get(addresses.lab, timeout=10).text
    for address in (addresses.book, addresses.lab):
        assert address.startswith(f"http://{LOOPBACK}:{addresses.port}/")


def test_without_the_token_neither_is_shown(addresses: Addresses) -> None:
    for address in (addresses.book, addresses.lab):
        asked = requests.get(without_token(address), timeout=10)
        assert "/login" in asked.url
        assert PAGE not in asked.text
    head = requests.head(without_token(addresses.book), timeout=10, allow_redirects=False)
    assert head.status_code == 302


def test_the_book_is_served_as_a_folder_of_pages_and_nothing_else(addresses: Addresses) -> None:
    with requests.Session() as browser:
        browser.get(addresses.book, timeout=10)
        folder = without_token(addresses.book)
        assert browser.get(folder.rstrip("/"), timeout=10).text == PAGE
        assert browser.get(f"{folder}index.html", timeout=10).text == PAGE
        assert browser.head(folder, timeout=10).headers["Content-Length"] == str(len(PAGE))
        assert browser.get(f"{folder}nothing.html", timeout=10).status_code == 404
        assert browser.get(f"{folder}%2e%2e/%2e%2e/%2e%2e/lab.token", timeout=10).status_code in (403, 404)


def test_the_token_is_in_a_file_of_its_owner_and_not_on_the_command_line(addresses: Addresses, checkout: Path) -> None:
    file = checkout / ".workbench/lab.token"
    token = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert addresses.lab.endswith(f"?token={token}")
    server = processes.running(lab.LAB)
    assert server is not None
    assert token not in " ".join(server.cmdline())
    assert f"--ServerApp.port={addresses.port}" in server.cmdline()


def test_it_listens_on_loopback_only(addresses: Addresses) -> None:
    server = processes.running(lab.LAB)
    assert server is not None
    listening = {c.laddr for c in server.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert (LOOPBACK, addresses.port) in listening
    assert {place.ip for place in listening} == {LOOPBACK}


def test_started_again_it_is_the_same_at_once(addresses: Addresses) -> None:
    server = processes.running(lab.LAB)
    begun = time.monotonic()
    assert lab.start() == lab.start(addresses.port) == addresses
    assert time.monotonic() - begun < 5
    assert processes.running(lab.LAB) == server


def test_a_running_lab_does_not_move(addresses: Addresses) -> None:
    with pytest.raises(TutorialError) as failure:
        lab.start(addresses.port + 1)
    assert failure.value.what == f"The lab runs already, on port {addresses.port}."
    assert failure.value.fix.endswith(f"./tutorial start --port {addresses.port + 1}")


@pytest.fixture(name="state")
def fixture_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_state_in(tmp_path / "state", monkeypatch)
    return tmp_path / "state"


def choose(port: int | None) -> int:
    return lab._choose(port)  # noqa: SLF001


@pytest.mark.usefixtures("state")
def test_a_port_that_is_taken_is_left_to_its_holder(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        taken = listener.getsockname()[1]
        chosen = choose(taken)
    assert chosen > taken
    holder = f"process {psutil.Process().name()} (pid {psutil.Process().pid})"
    assert capsys.readouterr().out == f"Port {taken} is taken by {holder}: the lab uses {chosen}.\n"


def test_the_port_of_last_time_is_kept(state: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    assert choose(port) == port
    assert choose(None) == port
    (state / "lab.port").write_text("half a numb")
    assert choose(None) >= LAB_PORT


@pytest.mark.usefixtures("state")
def test_a_lab_that_dies_is_told_with_its_last_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'No module named jupyterlab' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(TutorialError, match="No module named jupyterlab"):
        lab.start()
