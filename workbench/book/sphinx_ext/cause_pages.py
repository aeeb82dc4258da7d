"""The book's Sphinx extension for the page on failures: it writes the causes from the tables.

On a page, a line ``% causes: running`` stands for the causes of that stage.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from workbench.explain.cause import Cause, fill
from workbench.explain.causes import STAGES

PLACE = re.compile(r"^% causes: (\w+)$", re.MULTILINE)


def setup(app: Any) -> dict[str, bool]:
    """Let Sphinx read each page with its causes in it."""
    # A setting of which the built pages depend: Sphinx itself doesn't see that a table has changed.
    words = "".join(write(stage) for stage in STAGES)
    app.add_config_value("causes_made_of", hashlib.sha256(words.encode()).hexdigest(), "env", str)
    app.connect("source-read", lambda _app, _page, content: _put_causes(content))
    return {"parallel_read_safe": True}


def write(stage: str) -> str:
    """Write the causes of one stage of the journey, each as a section whose anchor is its key."""
    return "\n\n".join(_section(cause) for cause in STAGES[stage])


def _put_causes(content: list[str]) -> None:
    content[0] = PLACE.sub(lambda place: write(place[1]), content[0])


def _section(cause: Cause) -> str:
    parts = [
        f"({cause.key})=\n### {cause.title}",
        f"**What you see.** `{cause.example}`",
        f"**Cause.** {cause.cause}",
        f"**Probe.** {cause.probe}",
        f"**Fix.**\n\n```text\n{cause.fix}\n```",
        " ".join(part for part in (cause.advice, cause.links) if part),
    ]
    return fill("\n\n".join(part for part in parts if part), {})
