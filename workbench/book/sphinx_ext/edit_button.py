"""A Sphinx extension of the book: "edit this page", where it is known in which repository the page is."""

from __future__ import annotations

import os
from typing import Any


def setup(app: Any) -> dict[str, bool]:
    """Tell the theme of the repository, which has no address in this project: each fork has its own."""
    app.connect("config-inited", _on_config)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _on_config(_app: Any, config: Any) -> None:
    # Set by GitHub in each run of a workflow, such as the one that publishes the book.
    if repository := os.environ.get("GITHUB_REPOSITORY"):
        config.html_theme_options |= {
            "repository_url": f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{repository}",
            "repository_branch": "main",
            "use_edit_page_button": True,
        }
