"""The lab at its own host name, and what a page on another port of this machine gets of it: nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from workbench.server.lab import Addresses
from workbench.settings import LOOPBACK

from .accessibility import look_at
from .labs import Lab
from .live import LivePage
from .network import uncomplaining

pytestmark = [pytest.mark.docker, pytest.mark.browser]

CHAPTER = "05_run_and_test"
DROPPED = "ERR_NETWORK_CHANGED"
TRIES = 5
# What a page can try that it is allowed to send but may not read. Each answers with what it got hold of, or "".
ATTEMPTS = """
async ({ lab, kernel }) => {
    const within = (milliseconds, promise) =>
        Promise.race([promise, new Promise((done) => setTimeout(() => done(""), milliseconds))]).catch(() => "");
    const get = async (path, options) => (await fetch(lab + path, { credentials: "include", ...options })).text();
    const xsrf = (document.cookie.match(/_xsrf=([^;]*)/) ?? ["", ""])[1];
    const body = JSON.stringify({ name: "python3" });
    const framed = (path) => new Promise((done) => {
        const frame = document.createElement("iframe");
        frame.onload = () => { try { done(frame.contentDocument.body.innerText); } catch { done(""); } };
        frame.src = lab + path;
        document.body.append(frame);
    });
    const opened = async (path) => {
        const other = open(lab + path);
        await new Promise((done) => setTimeout(done, 1000));
        try {
            return other.document.body.innerText + other.location.href;
        } catch {
            return "";
        } finally {
            other?.close();
        }
    };
    const posted = (path) => new Promise((done) => {
        const form = document.createElement("form");
        const action = `${lab}${path}?_xsrf=${xsrf}`;
        Object.assign(form, { method: "POST", action, enctype: "text/plain", target: "sink" });
        form.innerHTML = `<input name='{"name":"python3","x":"' value='"}'>`;
        const sink = Object.assign(document.createElement("iframe"), { name: "sink", onload: () => done("") });
        document.body.append(sink, form);
        form.submit();
    });
    const socket = (path) => new Promise((done) => {
        const made = new WebSocket(lab.replace(/^http/, "ws") + path);
        made.onopen = () => done("connected");
        made.onerror = () => done("");
    });
    const included = (path) => new Promise((done) => {
        const script = Object.assign(document.createElement("script"), { src: lab + path });
        script.onload = () => done("ran");
        script.onerror = () => done("");
        document.head.append(script);
    });
    return {
        cookies: document.cookie,
        referrer: document.referrer,
        opener: (() => { try { return opener ? opener.location.href : ""; } catch { return ""; } })(),
        around: [...(location.ancestorOrigins ?? [])].join(),
        read: await within(5000, get("book/")),
        files: await within(5000, get("api/contents")),
        started: await within(5000, get("api/kernels", { method: "POST", body })),
        forged: await within(5000, get("api/kernels", { method: "POST", body, headers: { "X-XSRFToken": xsrf } })),
        silent: await within(5000, get("api/kernels", { method: "POST", body, mode: "no-cors" })),
        framed: await within(5000, framed("book/")),
        opened: await within(5000, opened("book/")),
        posted: await within(5000, posted("api/kernels")),
        socket: await within(5000, socket(`api/kernels/${kernel}/channels`)),
        included: await within(5000, included("files/notebooks/01_set_up.ipynb")),
    };
}
"""


@dataclass
class Container:
    """A web server on another port of this machine, such as one that a container publishes.

    Attributes
    ----------
    port : int
    heard : list of str
        All requests, each with its headers.
    """

    port: int
    heard: list[str] = field(default_factory=list)

    def at(self, host: str) -> str:
        """Address under a name of this machine."""
        return f"http://{host}:{self.port}/"


@pytest.fixture(name="container")
def fixture_container() -> Iterator[Container]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            container.heard.append(f"{self.requestline}\n{self.headers}")
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>degrees</title><link rel=icon href='data:,'><body>")

        def log_message(self, *_arguments: object) -> None:
            """Keep the terminal quiet."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        container = Container(server.server_port)
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield container
        server.shutdown()
        thread.join()


@contextmanager
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a window without anything between Chromium and the servers."""
    context = chromium.new_context(permissions=["local-network-access"], viewport={"width": 1280, "height": 1600})
    context.set_default_timeout(60_000)
    yield context
    context.close()


def visit(chromium: Browser, act: Callable[[Page], None]) -> None:
    """Do something in a new window; do it again where Chromium dropped its connections meanwhile.

    It does so each time that a container starts or ends anywhere on the machine. Other tests get round that by
    Playwright's own requests, which find no name below localhost.
    """
    dropped: list[str] = []
    for _ in range(TRIES):
        dropped.clear()
        with window(chromium) as context:
            page = context.new_page()
            page.on("requestfailed", lambda request: dropped.append(request.failure or ""))
            try:
                act(page)
            except (AssertionError, Error):
                if not any(DROPPED in failure for failure in dropped):
                    raise
            else:
                return
    pytest.fail(f"Chromium dropped its connections {TRIES} times.")


def reach(page: Page, address: str) -> None:
    """Open a page, as often as it takes."""
    for _ in range(TRIES):
        try:
            page.goto(address)
        except Error as error:
            if DROPPED not in str(error):
                raise
        else:
            return
    pytest.fail(f"Chromium dropped its connections {TRIES} times.")


@pytest.fixture(name="student")
def fixture_student(lab_server: Lab, chromium: Browser) -> Iterator[BrowserContext]:
    """Give the browser of a student who has opened the book by both of its addresses."""
    with window(chromium) as context:
        for address in (lab_server.addresses.plain, lab_server.addresses.book):
            reach(context.new_page(), address)
        yield context


@pytest.fixture(name="kernel")
def fixture_kernel(lab_server: Lab) -> Iterator[str]:
    login = {"token": lab_server.token}
    started = requests.post(f"{lab_server.url}/api/kernels", json={}, params=login, timeout=60)
    yield started.json()["id"]
    lab_server.end_kernels()


def name_of(addresses: Addresses) -> str:
    return urlsplit(addresses.book).hostname or ""


def secrets_of(addresses: Addresses, *, name: bool = True) -> list[str]:
    """List what a page elsewhere must not learn: the path, the token, the cookies, and the name."""
    path = urlsplit(addresses.book).path.split("/")[1]
    secrets = [path, addresses.book.partition("token=")[2], "username-", "_xsrf=2"]
    return [*secrets, name_of(addresses)] if name else secrets


def learned(secrets: list[str], container: Container, attempts: dict[str, Any]) -> list[str]:
    told = "\n".join([*container.heard, *map(str, attempts.values())])
    return [secret for secret in secrets if secret in told]


def test_a_page_on_another_port_gets_no_login_and_nothing_behind_it(
    student: BrowserContext, container: Container, lab_server: Lab, kernel: str
) -> None:
    page = student.new_page()
    reach(page, container.at(LOOPBACK))
    for path in ("/", f"{urlsplit(lab_server.url).path}/"):  # what it can guess, and as if it had been told the path
        lab = f"http://{LOOPBACK}:{lab_server.addresses.port}{path}"
        attempts = page.evaluate(ATTEMPTS, {"lab": lab, "kernel": kernel})
        assert learned(secrets_of(lab_server.addresses), container, attempts) == []
        assert {name: got for name, got in attempts.items() if got} == {}
    assert lab_server.kernels() == [kernel]


def test_the_name_of_the_lab_is_no_use_on_another_port(
    student: BrowserContext, container: Container, lab_server: Lab, kernel: str
) -> None:
    """A student may well write a container's port in the place of the lab's."""
    name = name_of(lab_server.addresses)
    page = student.new_page()
    reach(page, container.at(name))
    for path in ("/", f"{urlsplit(lab_server.url).path}/"):
        attempts = page.evaluate(
            ATTEMPTS, {"lab": f"http://{name}:{lab_server.addresses.port}{path}", "kernel": kernel}
        )
        assert learned(secrets_of(lab_server.addresses, name=False), container, attempts) == []
        assert {name: got for name, got in attempts.items() if got} == {}
    assert lab_server.kernels() == [kernel]


LINK = """(address) => {
    const link = Object.assign(document.createElement("a"), { href: address, target: "_blank", rel: "opener" });
    link.textContent = "the container";
    document.querySelector("article h1").append(link);
}"""
FRAME = """(address) => new Promise((done) => {
    const frame = Object.assign(document.createElement("iframe"), { src: address, onload: done });
    document.body.append(frame);
})"""
PICTURE = """(address) => new Promise((done) => {
    document.body.append(Object.assign(document.createElement("img"), { src: address, onload: done, onerror: done }));
})"""


def test_a_page_that_the_book_leads_to_does_not_learn_the_name(
    student: BrowserContext, container: Container, lab_server: Lab, kernel: str
) -> None:
    book = student.pages[-1]
    reach(book, f"{lab_server.addresses.book.partition('?')[0]}notebooks/{CHAPTER}.html")
    book.evaluate(PICTURE, container.at(LOOPBACK))
    book.evaluate(FRAME, container.at(LOOPBACK))
    book.evaluate(LINK, container.at(LOOPBACK))
    with student.expect_page() as opened:
        book.get_by_role("link", name="the container").click()
    page = opened.value
    expect(page).to_have_title("degrees")
    asked_for = {word for request in container.heard for word in re.findall(r"Sec-Fetch-Dest: (\w+)", request)}
    assert asked_for == {"image", "document"}, "a frame could ask for the name of the page around it"
    attempts = page.evaluate(ATTEMPTS, {"lab": f"http://{LOOPBACK}:{lab_server.addresses.port}/", "kernel": kernel})
    assert learned(secrets_of(lab_server.addresses), container, attempts) == []
    assert {name: got for name, got in attempts.items() if got} == {}


@pytest.mark.parametrize("which", ["book", "plain"])
def test_a_chapter_runs_at_each_address(which: str, lab_server: Lab, chromium: Browser, axe: str) -> None:
    address = getattr(lab_server.addresses, which)

    def run(page: Page) -> None:
        chapter = LivePage(page)
        page.goto(address)
        page.wait_for_url("**/book/book/index.html")
        page.goto(f"{address.partition('?')[0]}notebooks/{CHAPTER}.html")
        chapter.begin()
        cell = chapter.cell("lesson = Lesson(client)")
        chapter.edit(cell, "6 * 7")
        expect(chapter.run(cell)).to_have_text("42", use_inner_text=True)
        look_at(cell, f"live-at-{which}", axe)
        assert chapter.complaints == []

    visit(chromium, run)
    lab_server.end_kernels()


def test_the_lab_opens_at_its_own_name(lab_server: Lab, chromium: Browser) -> None:
    def look(page: Page) -> None:
        with uncomplaining(page):
            page.goto(lab_server.addresses.lab)
            expect(page.get_by_role("menuitem", name="File", exact=True)).to_be_visible()
            expect(page.get_by_text("notebooks", exact=True).first).to_be_visible()

    visit(chromium, look)
    lab_server.end_kernels()
