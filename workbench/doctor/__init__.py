"""Probes of this machine: what was found, why it matters, and a fix that is safe to copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.doctor.finding import Finding, Question, Seen
from workbench.doctor.machine import Surroundings
from workbench.doctor.probes import engine, leftovers, logins, machine, network, ports, registries, versions
from workbench.doctor.probing import Probe
from workbench.doctor.probing import examine as _examine

__all__ = ["PROBES", "Finding", "Question", "Seen", "Surroundings", "examine", "ready", "report"]

PROBES: tuple[Probe, ...] = (
    *engine.PROBES,
    *machine.PROBES,
    *ports.PROBES,
    *registries.PROBES,
    *logins.PROBES,
    *network.PROBES,
    *versions.PROBES,
    *leftovers.PROBES,
)


def examine(around: Surroundings = Surroundings()) -> list[Finding]:  # noqa: B008 - it is frozen
    """Run every probe, all at the same time; that takes five seconds at most."""
    return _examine(PROBES, around)


def ready(findings: Iterable[Finding]) -> bool:
    """Tell whether the journey can run."""
    return not any(finding.blocks for finding in findings)


def report(findings: list[Finding]) -> dict[str, Any]:
    """Write findings for programs, as ``schema.json`` beside this file describes it."""
    rows = [{**vars(finding.question), **vars(finding.seen), "blocks": finding.blocks} for finding in findings]
    return {"ready": ready(findings), "findings": rows}
