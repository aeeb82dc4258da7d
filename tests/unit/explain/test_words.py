"""How an explanation reads, and what may go into its fix."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from workbench.explain import Explanation, explain
from workbench.explain.cause import Cause, fill, says
from workbench.explain.causes import CAUSES
from workbench.explain.proof import Proof

SILENT = sorted((Path(__file__).parents[2] / "data/no_cause_logs").glob("*.txt"))
BY_KEY = {cause.key: cause for cause in CAUSES}
MISSING = BY_KEY["copy-missing"].example
BLANKS = re.compile(r"<([a-z_]+)>")


@pytest.fixture(autouse=True)
def fixture_no_engine(no_engine: None) -> None:
    """Explain without an engine."""


@pytest.fixture(name="_late", autouse=True, scope="module")
def fixture_late(late_sockets: None) -> None:
    """Let docker-py leave sockets behind."""


pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def key(what: object) -> str | None:
    explanation = explain(what)
    return explanation.cause.key if explanation else None


def explained(**changes: Any) -> Explanation:
    fields: dict[str, Any] = {
        "key": "a-key",
        "title": "A title",
        "example": "x",
        "seen": says("x"),
        "cause": "Because of <file>.",
        "probe": "`ls <file>`",
        "fix": "cat <file> <other>",
        "prove": lambda _case: Proof(True, "it is so."),
    }
    return Explanation(Cause(**{**fields, **changes}), {"file": "a.txt"}, Proof(True, "it is so."))


def test_an_explanation_reads_from_top_to_bottom() -> None:
    assert str(explained(advice="Or not.")) == (
        "Explained: A title\n"
        "Cause: Because of a.txt.\n"
        "Probe: `ls a.txt`\n"
        "That is it: it is so.\n"
        "Fix: cat a.txt OTHER\n"
        "Or not.\n"
        'More: troubleshooting.html#a-key, the page "Troubleshooting" of the book'
    )


def test_a_fix_of_two_lines_stands_on_lines_of_its_own() -> None:
    assert "\nFix:\n    one\n    two\n" in str(explained(fix="one\ntwo"))


@pytest.mark.parametrize("name", ["$(reboot)", "a; rm -rf /", "a b", "`x`", "'", '"', "a\nb", "", "|", "&", "*", "~"])
def test_what_a_text_names_goes_into_a_fix_only_where_a_shell_takes_it_as_it_is(name: str) -> None:
    explanation = Explanation(explained().cause, {"file": name}, Proof(None, ""))
    assert explanation.fix == "cat FILE OTHER"


def test_what_a_probe_names_goes_into_the_fix() -> None:
    explanation = Explanation(explained().cause, {"file": "text"}, Proof(True, "", {"file": "probe", "other": "'a b'"}))
    assert explanation.fix == "cat probe 'a b'"


def test_a_blank_without_a_name_is_a_word_in_capitals() -> None:
    assert fill("<a> <right_name> <A> <b c> $USER", {"a": "1"}) == "1 RIGHT-NAME <A> <b c> $USER"


@pytest.mark.parametrize("text", ["\x1b[31m\x00evil\u202e", "x" * 1000])
def test_names_are_safe_to_look_at(text: str) -> None:
    explanation = explain(f"unknown instruction: {text}\n")
    assert explanation
    word = explanation.names.get("word", "")
    assert word.isprintable()
    assert len(word) <= 200
