"""The book's Sphinx extension: in the place of a widget, which needs a kernel and scripts, its last state."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from workbench.book.notebooks import WIDGETS
from workbench.widgets.markup import Html

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def setup(app: Any) -> dict[str, bool]:
    """Let Sphinx read each notebook with its views' last states in it."""
    # A setting of which the built pages depend: Sphinx itself doesn't see that this file has changed.
    app.add_config_value("snapshots_made_by", hashlib.sha256(Path(__file__).read_bytes()).hexdigest(), "env", str)
    app.connect("source-read", _on_source_read)
    return {"parallel_read_safe": True}


def _on_source_read(app: Any, page: str, content: list[str]) -> None:
    if Path(app.env.doc2path(page)).suffix == ".ipynb":
        notebook = json.loads(content[0])
        show_snapshots(notebook)
        content[0] = json.dumps(notebook)


def show_snapshots(notebook: dict[str, Any]) -> None:
    """Put the snapshot of its model in the place of each widget; where there is none, its text stays.

    Parameters
    ----------
    notebook : dict
        A notebook of format 4, changed in place. The models go: a page without a kernel has no use for them.
    """
    models = notebook["metadata"].pop("widgets", {}).get(WIDGETS, {}).get("state", {})
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            shown = data.pop(WIDGET_VIEW, {}).get("model_id")
            if snapshot := models.get(shown, {}).get("state", {}).get("snapshot"):
                data["text/html"] = _framed(snapshot, "".join(data.get("text/plain", "view")))


def _framed(snapshot: str, name: str) -> str:
    # By tabindex, since what is too wide scrolls in this box, and the keyboard must be able to do that.
    frame = Html('<div class="view" role="group" tabindex="0" aria-label="{}">{}</div>')
    return frame.format(name.strip("<>"), Html(snapshot))  # noqa: S704 - the view has escaped it
