"""The lab, started for real on a port of its own, and the book that its server extension serves."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from tests.support.waiting import wait_until
from tests.unit.labs import PAGE, SCRIPT, UPGRADE, server, start_kernel, without_token
from workbench.errors import TutorialError
from workbench.server import lab
from workbench.server.lab import Addresses
from workbench.settings import LAB_PORT, LOOPBACK, Paths
from workbench.system import processes

pytestmark = pytest.mark.filterwarnings(
    # What we start is meant to outlive the one who starts it.
    "ignore:subprocess .* is still running:ResourceWarning"
)


def named(address: str) -> dict[str, str]:
    """Give the header by which a browser says which host it means; Python may not find names below localhost."""
    return {"Host": urlsplit(address).netloc}


def at_loopback(addresses: Addresses, address: str) -> str:
    """Give the address under which Python finds what a browser finds at this one."""
    return address.replace(urlsplit(address).netloc, f"{LOOPBACK}:{addresses.port}")


def test_all_addresses_answer(addresses: Addresses) -> None:
    for address, expected in ((addresses.book, "<h1>Containers, Hands On</h1>"), (addresses.lab, "JupyterLab")):
        page = requests.get(at_loopback(addresses, address), headers=named(address), timeout=10)
        assert expected in page.text
    assert "<h1>Containers, Hands On</h1>" in requests.get(addresses.plain, timeout=10).text


def test_no_page_can_guess_the_host_or_the_path(addresses: Addresses) -> None:
    for address in (addresses.book, addresses.lab):
        host, path = re.fullmatch(r"http://(\w{20})\.localhost:\d+/(\w{20})/.*", address).groups()  # type: ignore[union-attr]
        assert host != path
    assert at_loopback(addresses, addresses.book) == addresses.plain
    for other in ("lab.localhost", "example.org"):
        refused = requests.get(f"{server(addresses)}/lab", headers={"Host": other}, timeout=10)
        assert refused.status_code == 403


def test_the_server_tells_its_host_and_path_to_no_one_who_asks(addresses: Addresses) -> None:
    secrets = {urlsplit(addresses.book).hostname or "", urlsplit(addresses.book).path.split("/")[1]}
    for path in ("", "lab", "book/", "login", "api/status", "static/favicon.ico", "x/book/"):
        for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS"):
            answer = requests.request(
                method, f"http://{LOOPBACK}:{addresses.port}/{path}", timeout=10, allow_redirects=False
            )
            assert answer.status_code == 404
            told = answer.text + str(answer.headers)
            assert not [secret for secret in secrets if secret in told]
    assert "./tutorial start" in requests.get(f"http://{LOOPBACK}:{addresses.port}/", timeout=10).text


def test_without_the_token_neither_is_shown(addresses: Addresses) -> None:
    for page in ("book/", "lab"):
        asked = requests.get(f"{server(addresses)}/{page}", timeout=10)
        assert "/login" in asked.url
        assert "Containers, Hands On" not in asked.text
    head = requests.head(f"{server(addresses)}/book/", timeout=10, allow_redirects=False)
    assert head.status_code == 302


def test_the_login_stays_with_the_host_and_the_path(addresses: Addresses) -> None:
    path = f"{urlsplit(server(addresses)).path}/"
    opened = requests.get(at_loopback(addresses, addresses.book), headers=named(addresses.book), timeout=10)
    assert len(opened.cookies) == 2
    for cookie in opened.cookies:
        assert cookie.path == path
        assert cookie.get_nonstandard_attr("SameSite") == "Strict"
    assert "domain" not in opened.headers["Set-Cookie"].lower()


@pytest.mark.parametrize("door", ["book/", "book/plain.css", "live/button.js", "api/kernels", "api/sessions"])
def test_every_door_is_shut_to_a_stranger(addresses: Addresses, insider: requests.Session, door: str) -> None:
    address = f"{server(addresses)}/{door}"
    stranger = requests.get(address, timeout=10, allow_redirects=False)
    if stranger.status_code != 403:
        assert stranger.status_code == 302
        assert stranger.headers["Location"].startswith(f"{urlsplit(server(addresses)).path}/login?")
    assert insider.get(address, timeout=10).status_code == 200


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
    folder = without_token(addresses.plain)
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
    folder = without_token(addresses.plain)
    page = insider.get(folder, timeout=10).text
    live = f"{urlsplit(server(addresses)).path}/live"
    button = f'<link rel="stylesheet" href="{live}/button.css"><script type="module" src="{live}/button.js"></script>'
    assert page == PAGE.replace("</body>", f"{button}</body>")
    assert insider.get(f"{server(addresses)}/live/button.js", timeout=10).text == SCRIPT
    assert (checkout / ".workbench/book/_build/html/index.html").read_text() == PAGE


@pytest.mark.parametrize("name", ["index.html", "plain.css"])
def test_only_what_has_changed_is_sent_again(
    addresses: Addresses, insider: requests.Session, checkout: Path, name: str
) -> None:
    address, file = without_token(addresses.plain) + name, checkout / f".workbench/book/_build/html/{name}"
    first = insider.get(address, timeout=10)
    assert first.headers["Cache-Control"] == "no-cache"
    kept = {"If-Modified-Since": first.headers["Last-Modified"]}
    again = insider.get(address, headers=kept, timeout=10)
    assert (again.status_code, again.text) == (304, "")
    later = time.time() + 60
    os.utime(file, (later, later))
    assert insider.get(address, headers=kept, timeout=10).text == first.text


def test_text_travels_compressed(addresses: Addresses, insider: requests.Session) -> None:
    sheet = insider.get(f"{without_token(addresses.plain)}plain.css", timeout=10)
    assert sheet.headers["Content-Encoding"] == "gzip"
    assert len(sheet.text) == 25_000
    plain = insider.get(
        f"{without_token(addresses.plain)}plain.css", headers={"Accept-Encoding": "identity"}, timeout=10
    )
    assert plain.text == sheet.text
    assert "Content-Encoding" not in plain.headers


def test_no_log_has_the_token(addresses: Addresses, checkout: Path) -> None:
    requests.get(f"{addresses.plain}&no=thing", timeout=10)
    requests.get(addresses.plain.replace("book/", "book/nothing.html"), timeout=10)
    log = (checkout / ".workbench/lab.log").read_text()
    assert "nothing.html" in log
    assert (checkout / ".workbench/lab.token").read_text() not in log


def test_the_token_is_in_a_file_of_its_owner_and_not_on_the_command_line(addresses: Addresses, checkout: Path) -> None:
    file = checkout / ".workbench/lab.token"
    token = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert addresses.lab.endswith(f"?token={token}")
    running = processes.running(Paths(checkout), lab.LAB)
    assert running is not None
    line = " ".join(running.cmdline())
    for secret in (token, urlsplit(addresses.book).hostname or "", urlsplit(addresses.book).path.split("/")[1]):
        assert secret not in line
    assert f"--ServerApp.port={addresses.port}" in running.cmdline()


def test_other_users_can_read_no_file_that_tells_how_to_log_in(addresses: Addresses, checkout: Path) -> None:
    path = urlsplit(addresses.book).path.split("/")[1]
    for file in (file for file in checkout.rglob("*") if file.is_file()):
        text = file.read_text(errors="replace")
        if (checkout / ".workbench/lab.token").read_text() in text or path in text:
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_it_listens_on_loopback_only(checkout: Path, addresses: Addresses) -> None:
    server = processes.running(Paths(checkout), lab.LAB)
    assert server is not None
    listening = {c.laddr for c in server.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert (LOOPBACK, addresses.port) in listening
    assert {place.ip for place in listening} == {LOOPBACK}


def test_started_again_it_is_the_same_at_once(checkout: Path, addresses: Addresses) -> None:
    server = processes.running(Paths(checkout), lab.LAB)
    assert lab.start(Paths(checkout)) == lab.start(Paths(checkout), addresses.port) == addresses
    assert processes.running(Paths(checkout), lab.LAB) == server


def test_a_running_lab_does_not_move(checkout: Path, addresses: Addresses) -> None:
    with pytest.raises(TutorialError) as failure:
        lab.start(Paths(checkout), addresses.port + 1)
    assert failure.value.what == f"The lab runs already, on port {addresses.port}."
    assert failure.value.fix.endswith(f"./tutorial start --port {addresses.port + 1}")


def test_a_lab_with_a_token_that_others_could_read_gets_another_one(
    checkout: Path, addresses: Addresses, capsys: pytest.CaptureFixture[str]
) -> None:
    old = (checkout / ".workbench/lab.token").read_text()
    (checkout / ".workbench/lab.token").chmod(0o644)
    capsys.readouterr()
    started = lab.start(Paths(checkout))
    assert capsys.readouterr().out == "Restarting the lab, since its token or its settings have changed.\n"
    assert old not in started.book
    assert requests.get(started.plain, timeout=10).ok
    assert started.port == addresses.port
    past = f"http://{LOOPBACK}:{started.port}{urlsplit(started.plain).path}?token={old}"
    assert "Containers, Hands On" not in requests.get(past, timeout=10).text


@pytest.mark.usefixtures("addresses")
def test_an_empty_token_in_the_users_own_settings_opens_nothing(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.stop(Paths(checkout), lab.LAB)
    monkeypatch.setenv("JUPYTER_TOKEN", "")
    (checkout / "jupyter/jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"token": ""}, "IdentityProvider": {"token": ""}})
    )
    started = lab.start(Paths(checkout))
    assert "/login" in requests.get(without_token(started.plain), timeout=10).url
    assert requests.get(f"{server(started)}/api/contents", timeout=10).status_code == 403


def choose(paths: Paths, port: int | None) -> int:
    return lab._choose(paths, port)  # noqa: SLF001


def test_a_port_that_is_taken_is_left_to_its_holder(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        taken = listener.getsockname()[1]
        chosen = choose(paths, taken)
    assert chosen > taken
    holder = f"process {psutil.Process().name()} (pid {psutil.Process().pid})"
    assert capsys.readouterr().out == f"Port {taken} is taken by {holder}: the lab uses {chosen}.\n"


def test_the_port_of_last_time_is_kept(paths: Paths) -> None:
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    assert choose(paths, port) == port
    assert choose(paths, None) == port
    (paths.state / "lab.port").write_text("half a numb")
    assert choose(paths, None) >= LAB_PORT


def test_a_lab_that_dies_is_told_with_its_last_lines(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'No module named jupyterlab' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(TutorialError, match="No module named jupyterlab"):
        lab.start(paths)
