"""Jupyter Server extension: the book, live, behind Jupyter's own login and on its address."""

from __future__ import annotations

import atexit
import re
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httputil import HTTPHeaders

from workbench.book.build import pages
from workbench.settings import PATHS
from workbench.system import kernels
from workbench.widgets.markup import Html

LAB_AT = "Open the address that ./tutorial start prints.\n"
POLICIES = {
    # The server's name and path are for the student's browser only: no link may tell them to another site.
    "Referrer-Policy": "same-origin",
    # A frame can ask for the names of the pages around it. JupyterLab shows files in its own frames.
    "Content-Security-Policy": "frame-src 'self' blob: data:",
}
# While it is on, it listens on a TCP port, through which any user of the machine can run code as the student.
DEBUGGER = "@jupyterlab/debugger-extension"
LIVE = "live"  # where the scripts of live pages are, in the bundles and on the server
BUTTON = Html(
    '<link rel="stylesheet" href="{live}/button.css"><script type="module" src="{live}/button.js"></script></body>'
)


class FileHandler(JupyterHandler, web.StaticFileHandler):
    """Files of one folder, for those who are logged in."""

    @web.authenticated
    async def get(self, path: str, include_body: bool = True) -> None:  # type: ignore[override]
        """Serve one file."""
        await self.serve(path, include_body)

    @web.authenticated
    async def head(self, path: str) -> None:  # type: ignore[override]
        """Answer as ``get`` does, without the body."""
        await self.serve(path, include_body=False)

    async def serve(self, path: str, include_body: bool) -> None:
        """Serve to somebody who is logged in."""
        await web.StaticFileHandler.get(self, path, include_body)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Find the file of an address; answer 404 also where no file can have such a name."""
        try:
            file = super().validate_absolute_path(root, absolute_path)
        except (OSError, ValueError) as error:  # too long, or with a zero byte
            raise web.HTTPError(404) from error
        if self.path.endswith("/") and Path(absolute_path).is_file():
            raise web.HTTPError(404)  # the links of a page would start from the wrong folder
        return file

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002
        """Let the browser ask each time whether a file has changed; a book that was built again has."""
        self.set_header("Cache-Control", "no-cache")

    def compute_etag(self) -> None:
        """Give none, since tornado keeps it as long as the server runs; browsers go by the file's date."""


class BookHandler(FileHandler):
    """The built book; a page gets the script of its button "Run this page", which no file of the book has."""

    async def serve(self, path: str, include_body: bool) -> None:
        """Serve a file; to a page the script is added, and the cookie without which it may not start a kernel."""
        self.path = self.parse_url_path(path)
        file = self.validate_absolute_path(self.root, self.get_absolute_path(self.root, self.path))
        if file is None:  # a folder's address without the slash at its end: it was redirected
            return
        if not file.endswith(".html"):
            await super().serve(path, include_body)
            return
        self.absolute_path = file
        self.modified = self.get_modified_time()
        self.set_headers()
        if self.should_return_304():
            self.set_status(304)
            return
        _ = self.xsrf_token  # asking for it sets the cookie
        await self.finish(_with_button(Path(file), f"{self.base_url}{LIVE}"))  # without the body where HEAD was asked


def _with_button(page: Path, live: str) -> str:
    return page.read_text(encoding="utf-8").replace("</body>", BUTTON.format(live=live))


class ElsewhereHandler(web.RequestHandler):
    """All addresses outside of the server's own path, which the answer doesn't tell."""

    def check_xsrf_cookie(self) -> None:
        """Ask for none, since nothing is done here."""

    def prepare(self) -> None:
        """Answer each method alike."""
        self.set_status(404)
        self.set_header("Content-Type", "text/plain")
        self.finish(LAB_AT)


class Policies(web.OutputTransform):
    """Add ``POLICIES`` to each answer of the server, whichever handler gives it."""

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Leave the answer's own policies as they are: a browser keeps all of them."""
        for name, value in POLICIES.items():
            headers.add(name, value)
        return super().transform_first_chunk(status_code, headers, chunk, finishing)


def _without_debugger(_handler: web.RequestHandler, page_config: dict[str, Any]) -> dict[str, Any]:
    return {**page_config, "disabledExtensions": [*page_config["disabledExtensions"], DEBUGGER]}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "workbench.server.extension"}]


def _load_jupyter_server_extension(server: Any) -> None:
    base = server.web_app.settings["base_url"]
    book, live = url_path_join(base, "book"), url_path_join(base, LIVE)
    sockets = kernels.private_folder()
    atexit.register(sockets.cleanup)
    server.kernel_manager.connection_dir = sockets.name
    server.no_browser_open_file = True  # it holds the token, and has a mode that lets all users read it
    server.web_app.settings["page_config_hook"] = _without_debugger
    server.web_app.add_transform(Policies)
    book_files = {"path": str(pages(PATHS)), "default_filename": "index.html"}
    server.web_app.add_handlers(
        ".*",
        [
            (book, web.RedirectHandler, {"url": f"{book}/"}),
            (f"{book}/(.*)", BookHandler, book_files),
            (f"{live}/(.*)", FileHandler, {"path": str(PATHS.bundles / LIVE)}),
            (f"(?!{re.escape(base)}).*", ElsewhereHandler),
        ],
    )
