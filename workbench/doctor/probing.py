"""Run the probes side by side, each with a time limit; none can stop another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from workbench.doctor.finding import Finding, ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.targets import Targets
from workbench.errors import TutorialError

LIMIT = 4.2  # seconds that each probe gets; all start at the same time, and five are promised for all


Look = Callable[[Machine], ProbeResult]


@dataclass(frozen=True)
class Probe:
    """A question, and who goes to look."""

    question: Question
    look: Look


def examine(probes: Sequence[Probe], around: Targets) -> list[Finding]:
    """Run probes and return what they found, in their order, after five seconds at the latest."""
    with closing(Machine(around)) as machine:
        # Separate threads, and daemons: one that hangs keeps neither the others nor the program waiting.
        seen: dict[str, ProbeResult] = {}
        threads = [threading.Thread(target=_run, args=(probe, machine, seen), daemon=True) for probe in probes]
        deadline = time.monotonic() + LIMIT
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
        late = ProbeResult("could not look", f"no answer within {LIMIT} seconds")
        return [Finding(probe.question, seen.get(probe.question.probe, late)) for probe in probes]


def _run(probe: Probe, machine: Machine, seen: dict[str, ProbeResult]) -> None:
    try:
        seen[probe.question.probe] = probe.look(machine)
    except TutorialError as error:
        seen[probe.question.probe] = ProbeResult("could not look", error.what, advice=error.fix)
    except Exception as error:  # noqa: BLE001 - a probe that breaks is a finding, and the others go on
        seen[probe.question.probe] = ProbeResult("could not look", f"{type(error).__name__}: {error}")
