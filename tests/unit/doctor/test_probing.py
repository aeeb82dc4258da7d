"""Probes run side by side; one that hangs or breaks stops none of the others."""

from __future__ import annotations

import threading

import pytest

from tests.support.waiting import wait_until
from workbench.doctor import ProbeResult, Question, Targets, probing
from workbench.doctor.machine import Machine, Shared
from workbench.doctor.probing import Probe, examine
from workbench.errors import TutorialError

pytestmark = [
    pytest.mark.usefixtures("no_engine", "late_sockets"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def probe(name: str, look: probing.Look) -> Probe:
    return Probe(Question(name, "Is it?", "It matters."), look)


def well(_machine: Machine) -> ProbeResult:
    return ProbeResult("ok", "well")


def broken(_machine: Machine) -> ProbeResult:
    raise KeyError("MemTotal")


def unable(_machine: Machine) -> ProbeResult:
    raise TutorialError("It is not there.", "Get it.")


def states(*probes: Probe) -> list[ProbeResult]:
    return [finding.seen for finding in examine(probes, Targets())]


def test_what_breaks_is_a_finding() -> None:
    assert states(probe("a", broken), probe("b", unable), probe("c", well)) == [
        ProbeResult("could not look", "KeyError: 'MemTotal'"),
        ProbeResult("could not look", "It is not there.", advice="Get it."),
        ProbeResult("ok", "well"),
    ]


def test_what_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "LIMIT", 0.2)
    release = threading.Event()

    def hang(_machine: Machine) -> ProbeResult:
        release.wait(60)
        return ProbeResult("ok", "late")

    seen = states(probe("a", hang), probe("b", well))
    release.set()
    assert seen == [ProbeResult("could not look", "no answer within 0.2 seconds"), ProbeResult("ok", "well")]


def test_all_run_at_the_same_time() -> None:
    together = threading.Barrier(20, timeout=10)  # breaks unless twenty wait at it at once

    def meet(_machine: Machine) -> ProbeResult:
        together.wait()
        return ProbeResult("ok", "met")

    assert states(*(probe(str(n), meet) for n in range(20))) == [ProbeResult("ok", "met")] * 20


def test_a_reading_that_is_shared_is_taken_once() -> None:
    taken: list[int] = []
    asked = threading.Event()

    def read() -> int:
        asked.wait()
        taken.append(1)
        return 7

    shared = Shared(read)
    assert not shared.under_way
    readers = [threading.Thread(target=shared) for _ in range(8)]
    for reader in readers:
        reader.start()
    wait_until(lambda: shared.under_way)
    asked.set()
    for reader in readers:
        reader.join()
    assert (shared(), taken, shared.under_way) == (7, [1], False)


def test_a_reading_that_failed_fails_for_all_and_is_not_tried_again() -> None:
    tried: list[int] = []

    def read() -> int:
        tried.append(1)
        raise OSError("gone")

    shared = Shared(read)
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            shared()
    assert (tried, shared.under_way) == ([1], False)
