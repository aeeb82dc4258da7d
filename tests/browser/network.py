"""Whom a page may ask: one server, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, Route, WebSocket

# Makes a window: the fixture `new_context` for one test, whose trace pytest-playwright keeps where it fails, and
# `Browser.new_context` for several.
NewContext = Callable[..., BrowserContext]


@contextmanager
def only(server: str, new_context: NewContext, **options: object) -> Iterator[Page]:
    """Open a page that reaches one server; who asks for anything else has failed.

    Parameters
    ----------
    server : str
        Its address, ``http://127.0.0.1:PORT``.
    new_context : NewContext
    **options
        For the window.
    """
    strangers: list[str] = []
    context = new_context(permissions=["local-network-access"], **options)

    def answer(route: Route) -> None:
        if not route.request.url.startswith(f"{server}/"):
            strangers.append(route.request.url)
            route.abort()
            return
        # Through Playwright: Chromium drops its connections each time that a container starts or ends anywhere on the
        # machine, since the container's network interface looks to it as if the network had changed.
        try:
            route.fulfill(response=route.fetch(max_redirects=0))
        except Error as error:  # nobody answers there, which is what the page must hear, too
            print(f"{route.request.url}: {error.message}")  # pytest shows it where the test fails for it
            route.abort()

    def watch(socket: WebSocket) -> None:
        if not socket.url.startswith(f"{server.replace('http', 'ws', 1)}/"):
            strangers.append(socket.url)

    context.route("**/*", answer)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("websocket", watch)
    try:
        yield page
    finally:
        context.unroute_all(behavior="ignoreErrors")
        context.close()
    assert not strangers, f"it asked other hosts: {strangers}"


@contextmanager
def from_disk(folder: Path, new_context: NewContext, **options: object) -> Iterator[Page]:
    """Open a page without any network; who asks for anything outside of a folder has failed."""
    strangers: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((f"{folder.as_uri()}/", "data:")):
            strangers.append(request.url)

    context = new_context(offline=True, base_url=f"{folder.as_uri()}/", **options)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("request", watch)
    try:
        yield page
    finally:
        context.close()
    assert not strangers, f"it asked for {strangers}"


def complains(message: ConsoleMessage) -> bool:
    """Say whether a page complains in its console; what Chromium asks for itself, an icon, is none of the page's."""
    return message.type in ("error", "warning") and not message.location["url"].endswith("/favicon.ico")


@contextmanager
def uncomplaining(page: Page) -> Iterator[Page]:
    """Fail where the page complains, in its console or by an error."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if complains(message):
            complaints.append(message.text)

    def on_error(error: Error) -> None:
        complaints.append(str(error))

    page.on("console", on_console)
    page.on("pageerror", on_error)
    yield page
    assert complaints == [], complaints
