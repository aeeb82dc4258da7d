"""What counts as naming a version, and as naming another one than the settings do."""

from __future__ import annotations

import pytest

from workbench.settings import BASE_IMAGE, FLASK, WERKZEUG

from .facts import disagreements


@pytest.mark.parametrize(
    "text",
    [
        f"FROM {BASE_IMAGE}.",
        f"pip install Flask=={FLASK} Werkzeug=={WERKZEUG}",
        f"Successfully installed Flask-{FLASK} Jinja2-3.1.2",
        f"Flask {FLASK}, on Werkzeug {WERKZEUG}.",
        "Flask 2.2 is old",
        "Werkzeug 3 took it away",
        "python: 3 is a number",
    ],
)
def test_same_version_is_fine(text: str) -> None:
    assert list(disagreements(text)) == []


@pytest.mark.parametrize(
    "literal",
    [
        "python:3.8.18",
        "python:3.8.10-slim",
        "python:3.8",
        "python:3",
        "Flask==2.2.3",
        "Flask==2.2",
        "Flask-2.3.0",
        "Flask 2.3",
        "Werkzeug==3.0.6",
        "Werkzeug 2.3.7",
    ],
)
def test_other_version_is_found(literal: str) -> None:
    assert list(disagreements(f"as in {literal}, say")) == [literal]
