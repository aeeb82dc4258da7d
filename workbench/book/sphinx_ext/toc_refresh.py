"""A Sphinx extension of the book: where a page got another title or place, all pages are written again.

Each of them has a sidebar with the titles of all, and Sphinx by itself writes those pages alone that have changed.
"""

from __future__ import annotations

from typing import Any


def setup(app: Any) -> dict[str, bool]:
    """Compare what the sidebar says with what it said in the last build."""
    app.connect("env-updated", _on_updated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _on_updated(_app: Any, env: Any) -> list[str]:
    titles = {page: title.astext() for page, title in env.titles.items()}
    told = getattr(env, "told_in_sidebar", None)
    env.told_in_sidebar = (titles, dict(env.toctree_includes))
    return [] if told == env.told_in_sidebar else sorted(env.found_docs)
