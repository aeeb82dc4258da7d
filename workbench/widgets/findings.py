"""Tables of what a Dockerfile says: what to fix in it, and what it will do."""

from __future__ import annotations

from workbench.engine.dockerfile import Instruction
from workbench.engine.hadolint import Finding
from workbench.widgets.markup import Html, table

CELL_SIZE = 300  # characters
CODE = Html('<code style="white-space:pre-wrap;overflow-wrap:anywhere">{}</code>')


def count(findings: list[Finding]) -> str:
    """Say how many findings there are, and where."""
    if not findings:
        return "hadolint finds nothing to fix."
    lines = ", ".join(str(line) for line in sorted({finding.line for finding in findings})[:10])
    return f"hadolint finds {len(findings)} thing{'s' if len(findings) > 1 else ''}, on line {lines}."


def findings_table(findings: list[Finding], most: int) -> Html:
    """Put each finding beside its line."""
    rows = [(str(one.line), one.text, f"{one.level} {one.code}: {one.advice}") for one in findings]
    return _table("What to fix, or to think about", ("Line", "What it says", "What to do"), rows, most)


def effects_table(steps: list[Instruction], most: int) -> Html:
    """Put beside each instruction what it will do."""
    rows = [(str(step.line), f"{step.keyword} {step.arguments}".strip(), step.effect) for step in steps]
    return _table("What each instruction will do", ("Line", "Instruction", "What it will do"), rows, most)


def _table(caption: str, heads: tuple[str, str, str], rows: list[tuple[str, str, str]], most: int) -> Html:
    if not rows:
        return Html()
    shown = [(line, CODE.format(_cut(text)), _cut(what)) for line, text, what in rows[:most]]
    more = Html("<p>And {} more.</p>").format(len(rows) - most) if len(rows) > most else ""
    return table(caption, heads, shown) + more


def _cut(text: str) -> str:
    return text if len(text) <= CELL_SIZE else text[:CELL_SIZE] + " ..."
