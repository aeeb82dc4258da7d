"""Probes of this machine: what was found, why it matters, and a fix that is safe to copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.doctor.finding import Finding, ProbeResult, Question
from workbench.doctor.probes import PROBES
from workbench.doctor.probing import examine as _examine
from workbench.doctor.targets import Targets

__all__ = ["PROBES", "Finding", "ProbeResult", "Question", "Targets", "examine", "ready", "report"]


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
