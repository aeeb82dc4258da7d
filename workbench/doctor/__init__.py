"""Probes of this machine: what was found, why it matters, and a fix that is safe to copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.doctor.finding import Finding, ProbeResult, Question
from workbench.doctor.probes import PROBES
from workbench.doctor.probing import examine as _examine
from workbench.doctor.targets import Targets

__all__ = ["PROBES", "Finding", "ProbeResult", "Question", "Targets", "examine", "ready", "report", "text"]


def examine(around: Targets | None = None) -> list[Finding]:
    """Run every probe, all at the same time; that takes five seconds at most."""
    return _examine(PROBES, around or Targets())


def ready(findings: Iterable[Finding]) -> bool:
    """Tell whether the journey can run."""
    return not any(finding.blocks for finding in findings)


def report(findings: list[Finding]) -> dict[str, Any]:
    """Write findings for programs, as ``schema.json`` beside this file describes it."""
    rows = [{**vars(finding.question), **vars(finding.seen), "blocks": finding.blocks} for finding in findings]
    return {"ready": ready(findings), "findings": rows}


def text(findings: list[Finding]) -> str:
    """Write findings for people: what was found, why it matters, the fix; then whether the journey can run."""
    blocking = [finding.question.probe for finding in findings if finding.blocks]
    verdict = f"The journey can't run yet: {', '.join(blocking)}." if blocking else "The journey can run."
    return "\n".join([*map(_told, findings), "", verdict])


def _told(finding: Finding) -> str:
    seen = finding.seen
    lines = [f"{seen.state:<16}{finding.question.probe}: {seen.found}"]
    if seen.state != "ok":
        lines += filter(None, [finding.question.why, seen.fix, *seen.advice.splitlines()])
    return f"\n{'':16}".join(lines)
