"""Probes run side by side; one that hangs or breaks stops none of the others."""

from __future__ import annotations

import threading
from types import SimpleNamespace

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
    monkeypatch.setattr(probing, "LIMIT", 2)  # enough for the other one on a busy machine, too
    release = threading.Event()

    def hang(_machine: Machine) -> ProbeResult:
        release.wait(60)
        return ProbeResult("ok", "late")

    seen = states(probe("a", hang), probe("b", well))
    release.set()
    assert seen == [ProbeResult("could not look", "no answer within 2 seconds"), ProbeResult("ok", "well")]


def test_however_many_hang_all_answers_are_there_in_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]

    class Hanging:
        """A thread that never ends, on a clock that shows only how long it was waited for."""

        def __init__(self, **_options: object) -> None:
            pass

        def start(self) -> None:
            """Hang."""

        def join(self, timeout: float) -> None:
            """Take all the time that there is."""
            now[0] += timeout

    monkeypatch.setattr(probing, "threading", SimpleNamespace(Thread=Hanging))
    monkeypatch.setattr(probing, "time", SimpleNamespace(monotonic=lambda: now[0]))
    assert {seen.state for seen in states(*(probe(str(n), well) for n in range(20)))} == {"could not look"}
    assert 1000 < now[0] < 1005


def test_all_run_at_the_same_time() -> None:
    together = threading.Barrier(20, timeout=60)  # breaks unless twenty wait at it at once

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
