"""What a page on another port of this machine gets of the lab: nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import BrowserContext, expect

from workbench.server.lab import Addresses
from workbench.settings import LOOPBACK

from . import stranger
from .dropped import reach, window
from .labs import Lab
from .network import NewContext
from .stranger import ATTEMPTS, Container

pytestmark = [pytest.mark.docker, pytest.mark.browser]

CHAPTER = "05_run_and_test"


@pytest.fixture(name="container")
def fixture_container() -> Iterator[Container]:
    with stranger.started() as container:
        yield container


@pytest.fixture(name="student")
def fixture_student(lab_server: Lab, new_context: NewContext) -> Iterator[BrowserContext]:
    """Give the browser of a student who has opened the book by both of its addresses."""
    with window(new_context) as context:
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
    book.wait_for_url("**/book/book/index.html")  # where the book's address leads on to, maybe late
    reach(book, f"{lab_server.addresses.book.partition('?')[0]}notebooks/{CHAPTER}.html")
    book.evaluate(PICTURE, container.at(LOOPBACK))
    book.evaluate(FRAME, container.at(LOOPBACK))
    book.evaluate(LINK, container.at(LOOPBACK))
    with student.expect_page() as opened:
        book.get_by_role("link", name="the container", exact=True).click()
    page = opened.value
    expect(page).to_have_title("degrees")
    asked_for = {word for request in container.heard for word in re.findall(r"Sec-Fetch-Dest: (\w+)", request)}
    assert asked_for == {"image", "document"}, "a frame could ask for the name of the page around it"
    attempts = page.evaluate(ATTEMPTS, {"lab": f"http://{LOOPBACK}:{lab_server.addresses.port}/", "kernel": kernel})
    assert learned(secrets_of(lab_server.addresses), container, attempts) == []
    assert {name: got for name, got in attempts.items() if got} == {}
