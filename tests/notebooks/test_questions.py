"""What the page says that the doctor asks is what it asks."""

from __future__ import annotations

import json

from workbench import show_machine
from workbench.book.notebooks import WIDGETS
from workbench.settings import PATHS


def test_the_page_shows_the_questions_of_today() -> None:
    page = json.loads((PATHS.notebooks / "01_set_up.ipynb").read_text(encoding="utf-8"))
    models = page["metadata"]["widgets"][WIDGETS]["state"].values()
    stored = {model["state"].get("snapshot") for model in models}
    assert show_machine().snapshot in stored, "the questions have changed: ./tutorial record 01"
