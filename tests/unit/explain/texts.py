"""What a text has to be explained with, whatever machine reads it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from workbench import explain as package
from workbench.explain import explain
from workbench.explain.proof import Proof


class Text(NamedTuple):
    """A text as it is pasted, the first candidate's key, and a part of its fix or of the advice below."""

    key: str
    text: str
    fix: str


def check(one: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    """Explain a text where no probe can be run."""
    monkeypatch.setattr(package, "run", lambda *_arguments: Proof(None, "it is a text."))
    explanation = explain(one.text)
    assert explanation is not None, "no explanation"
    assert explanation.cause.key == one.key
    assert one.fix in f"{explanation.fix}\n{explanation.cause.advice}"


def candidates(text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the keys of all candidates."""
    monkeypatch.setattr(package, "run", lambda *_arguments: Proof(None, "it is a text."))
    explanation = explain(text)
    return [one.cause.key for one in explanation.candidates] if explanation else []
