"""Jupyter Server extension: the book, live, behind Jupyter's own login and on its address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from workbench.book import PAGES
from workbench.frontend import BUNDLES

LIVE = "live"  # where the scripts of live pages are, in the bundles and on the server


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
    button = f'<link rel="stylesheet" href="{live}/button.css"><script type="module" src="{live}/button.js"></script>'
    return page.read_text(encoding="utf-8").replace("</body>", f"{button}</body>")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "workbench.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    base = server.web_app.settings["base_url"]
    book, live = url_path_join(base, "book"), url_path_join(base, LIVE)
    pages = {"path": str(PAGES), "default_filename": "index.html"}
    server.web_app.add_handlers(
        ".*",
        [
            (book, web.RedirectHandler, {"url": f"{book}/"}),
            (f"{book}/(.*)", BookHandler, pages),
            (f"{live}/(.*)", FileHandler, {"path": str(BUNDLES / LIVE)}),
        ],
    )
