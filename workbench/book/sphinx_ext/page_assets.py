"""The book's Sphinx extension: each page loads what it uses, and shows itself before any script has run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.provision import frontend
from workbench.settings import PATHS

OURS = (Path(__file__), PATHS.frontend / "lighten.js", *sorted((PATHS.root / "book/static").glob("*.css")))

# What the templates of the theme would link; ours link `book.min.css` alone.
# The theme that Pythons before 3.11 get has Bootstrap's part in a separate file.
THEME = ("_static/basic.css", "_static/styles/bootstrap.css", "_static/styles/pydata-sphinx-theme.css")
SEARCH = "search"
# A script, and what is on the pages that use it.
USED_WITH = {
    "clipboard.min.js": 'class="highlight"',
    "copybutton.js": 'class="highlight"',
    "design-tabs.js": 'class="sd-tab-set',
}


def setup(app: Any) -> dict[str, bool]:
    """Lighten each page, and in the end the style sheets."""
    # A setting of which the built pages depend: Sphinx itself doesn't see that these files have changed.
    app.add_config_value("lightness_made_by", _checksum(), "env", str)
    sheets: list[str] = []

    def on_page(_app: Any, page: str, _template: str, context: dict[str, Any], _document: Any) -> None:
        if page == SEARCH:  # which Sphinx writes last, whatever page has changed
            ordered = sorted(context["css_files"], key=lambda sheet: sheet.priority)
            sheets[:] = [*THEME, *(str(sheet.filename) for sheet in ordered)]
        else:
            _lighten(context)
        context["css_files"] = []

    def on_end(_app: Any, error: Exception | None) -> None:
        if error is None and sheets:
            frontend.lighten(PATHS, Path(app.outdir), [sheet for sheet in sheets if Path(app.outdir, sheet).exists()])

    app.connect("html-page-context", on_page, priority=900)  # when all others have added theirs
    app.connect("build-finished", on_end, priority=900)  # when the theme has written its colors of code
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _checksum() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in OURS)).hexdigest()


def _lighten(context: dict[str, Any]) -> None:
    body = context.get("body", "")
    context["script_files"] = [
        script for script in context["script_files"] if USED_WITH.get(Path(script.filename or "").name, "") in body
    ]
    context["js_tag"] = _deferred(context["js_tag"])


def _deferred(tag: Callable[[Any], str]) -> Callable[[Any], str]:
    """Let scripts wait for the page, in their order: an inline one can do that as a module alone."""
    return lambda script: tag(script).replace(
        "<script", "<script defer" if script.filename else "<script type=module", 1
    )
