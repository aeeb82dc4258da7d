"""The lab, started for real on a port of its own, and the book that its server extension serves."""

from __future__ import annotations

import os
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
from .polling import wait_until

pytestmark = pytest.mark.filterwarnings(
    # What we start is meant to outlive the one who starts it.
    "ignore:subprocess .* is still running:ResourceWarning"
)
PAGE = "<html><body><h1>Containers, Hands On</h1></body></html>"
SCRIPT = "export const served = true;"
IDLE = "--MappingKernelManager.cull_idle_timeout="  # seconds; in these tests three


@pytest.fixture(name="checkout", scope="module")
def fixture_checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a checkout of the project with a book of one page; the lab's state and pages are those of it."""
    root = tmp_path_factory.mktemp("checkout")
    lay_out(root)
    pages = root / ".workbench/book/_build/html"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text(PAGE)
    (pages / "plain.css").write_text("body { color: inherit; }\n" * 1000)
    live = root / ".workbench/frontend/live"
    live.mkdir(parents=True)
    (live / "button.js").write_text(SCRIPT)
    (root / "work").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR"):
            patch.setenv(name, str(root / "jupyter"))
        # Where `python -m` looks for the package first.
        patch.chdir(root)
        keep_state_in(root / ".workbench", patch)
        options = [option.replace(str(WORK), str(root / "work")) for option in lab.OPTIONS if IDLE not in option]
        assert len(options) == len(lab.OPTIONS) - 1, "kernels that nobody uses are never ended"
        options += [f"{IDLE}3", "--MappingKernelManager.cull_interval=1"]
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


def server(addresses: Addresses) -> str:
    return f"http://{LOOPBACK}:{addresses.port}"


def test_both_addresses_answer_on_loopback(addresses: Addresses) -> None:
    assert "<h1>Containers, Hands On</h1>" in requests.get(addresses.book, timeout=10).text
    assert "JupyterLab" in requests.get(addresses.lab, timeout=10).text
    for address in (addresses.book, addresses.lab):
        assert address.startswith(f"http://{LOOPBACK}:{addresses.port}/")


def test_without_the_token_neither_is_shown(addresses: Addresses) -> None:
    for address in (addresses.book, addresses.lab):
        asked = requests.get(without_token(address), timeout=10)
        assert "/login" in asked.url
        assert "Containers, Hands On" not in asked.text
    head = requests.head(without_token(addresses.book), timeout=10, allow_redirects=False)
    assert head.status_code == 302


@pytest.fixture(name="insider")
def fixture_insider(addresses: Addresses) -> Iterator[requests.Session]:
    """Give somebody who has opened the book by its address: what logs in is a cookie from then on."""
    with requests.Session() as browser:
        browser.get(addresses.book, timeout=10)
        yield browser


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


@pytest.mark.parametrize("door", ["book/", "book/plain.css", "live/button.js", "api/kernels", "api/sessions"])
def test_every_door_is_shut_to_a_stranger(addresses: Addresses, insider: requests.Session, door: str) -> None:
    address = f"{server(addresses)}/{door}"
    stranger = requests.get(address, timeout=10, allow_redirects=False)
    if stranger.status_code != 403:
        assert stranger.status_code == 302
        assert stranger.headers["Location"].startswith("/login?")
    assert insider.get(address, timeout=10).status_code == 200


def start_kernel(browser: requests.Session, addresses: Addresses, **headers: str) -> requests.Response:
    return browser.post(f"{server(addresses)}/api/kernels", json={"name": "python3"}, headers=headers, timeout=60)


def test_a_kernel_takes_the_cookie_and_what_the_page_was_given_with_it(
    addresses: Addresses, insider: requests.Session
) -> None:
    assert start_kernel(requests.Session(), addresses).status_code == 403
    assert start_kernel(insider, addresses).status_code == 403, "another site's form could start one"
    started = start_kernel(insider, addresses, **{"X-XSRFToken": insider.cookies["_xsrf"]})
    assert started.status_code == 201
    address = f"{server(addresses)}/api/kernels/{started.json()['id']}"
    assert requests.delete(address, timeout=10).status_code == 403
    channels = requests.get(f"{address}/channels", headers=UPGRADE, timeout=10)
    assert channels.status_code == 403
    with insider.get(f"{address}/channels", headers=UPGRADE, timeout=10, stream=True) as opened:
        assert opened.status_code == 101


def test_a_kernel_that_nobody_is_connected_to_is_ended_in_the_end(
    addresses: Addresses, insider: requests.Session
) -> None:
    started = start_kernel(insider, addresses, **{"X-XSRFToken": insider.cookies["_xsrf"]})
    address = f"{server(addresses)}/api/kernels/{started.json()['id']}"
    wait_until(lambda: insider.get(address, timeout=10).status_code == 404)


def test_the_book_is_served_as_a_folder_of_pages_and_nothing_else(
    addresses: Addresses, insider: requests.Session
) -> None:
    folder = without_token(addresses.book)
    page = insider.get(f"{folder}index.html", timeout=10)
    assert insider.get(folder.rstrip("/"), timeout=10).text == page.text
    head = insider.head(folder, timeout=10)
    assert head.headers["Content-Length"] == str(len(page.content))
    assert head.text == ""
    assert insider.get(f"{folder}nothing.html", timeout=10).status_code == 404
    assert insider.get(f"{folder}%2e%2e/%2e%2e/%2e%2e/lab.token", timeout=10).status_code in (403, 404)
    assert insider.get(f"{server(addresses)}/live/%2e%2e/%2e%2e/lab.token", timeout=10).status_code in (403, 404)


def test_a_page_gets_the_button_and_a_file_does_not(
    addresses: Addresses, insider: requests.Session, checkout: Path
) -> None:
    folder = without_token(addresses.book)
    page = insider.get(folder, timeout=10).text
    button = '<link rel="stylesheet" href="/live/button.css"><script type="module" src="/live/button.js"></script>'
    assert page == PAGE.replace("</body>", f"{button}</body>")
    assert insider.get(f"{server(addresses)}/live/button.js", timeout=10).text == SCRIPT
    assert (checkout / ".workbench/book/_build/html/index.html").read_text() == PAGE


@pytest.mark.parametrize("name", ["index.html", "plain.css"])
def test_only_what_has_changed_is_sent_again(
    addresses: Addresses, insider: requests.Session, checkout: Path, name: str
) -> None:
    address, file = without_token(addresses.book) + name, checkout / f".workbench/book/_build/html/{name}"
    first = insider.get(address, timeout=10)
    assert first.headers["Cache-Control"] == "no-cache"
    kept = {"If-Modified-Since": first.headers["Last-Modified"]}
    again = insider.get(address, headers=kept, timeout=10)
    assert (again.status_code, again.text) == (304, "")
    later = time.time() + 60
    os.utime(file, (later, later))
    assert insider.get(address, headers=kept, timeout=10).text == first.text


def test_text_travels_compressed(addresses: Addresses, insider: requests.Session) -> None:
    sheet = insider.get(f"{without_token(addresses.book)}plain.css", timeout=10)
    assert sheet.headers["Content-Encoding"] == "gzip"
    assert len(sheet.text) == 25_000
    plain = insider.get(
        f"{without_token(addresses.book)}plain.css", headers={"Accept-Encoding": "identity"}, timeout=10
    )
    assert plain.text == sheet.text
    assert "Content-Encoding" not in plain.headers


def test_no_log_has_the_token(addresses: Addresses, checkout: Path) -> None:
    requests.get(f"{addresses.book}&no=thing", timeout=10)
    requests.get(addresses.book.replace("book/", "book/nothing.html"), timeout=10)
    log = (checkout / ".workbench/lab.log").read_text()
    assert "nothing.html" in log
    assert (checkout / ".workbench/lab.token").read_text() not in log


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
