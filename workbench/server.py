"""Jupyter Server extension: the book, behind Jupyter's own login and on its address."""

from __future__ import annotations

from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from workbench.book import PAGES


class BookHandler(JupyterHandler, web.StaticFileHandler):
    """Pages of the built book, for those who are logged in."""

    @web.authenticated
    async def get(self, path: str, include_body: bool = True) -> None:  # type: ignore[override]
        """Serve one file of the book."""
        await web.StaticFileHandler.get(self, path, include_body)

    @web.authenticated
    async def head(self, path: str) -> None:  # type: ignore[override]
        """Answer as ``get`` does, without the body."""
        await web.StaticFileHandler.get(self, path, include_body=False)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "workbench.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    book = url_path_join(server.web_app.settings["base_url"], "book")
    pages = {"path": str(PAGES), "default_filename": "index.html"}
    server.web_app.add_handlers(
        ".*", [(book, web.RedirectHandler, {"url": f"{book}/"}), (f"{book}/(.*)", BookHandler, pages)]
    )
