"""What ``./tutorial doctor`` finds beforehand has an explanation, and the machine's causes have a probe."""

from __future__ import annotations

import pytest

from workbench import doctor
from workbench import explain as package
from workbench.doctor.finding import Finding, ProbeResult
from workbench.explain import explain
from workbench.explain.causes import CAUSES, STAGES
from workbench.explain.proof import Proof, only_there

QUESTIONS = [probe.question for probe in doctor.PROBES]


def name(question: doctor.Question) -> str:
    """Give the name without the number of a port."""
    return "port" if question.probe.startswith("port ") else question.probe


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.probe)
def test_each_finding_has_one_cause(question: doctor.Question, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "run", lambda *_arguments: Proof(None, "it is a text."))
    [cause] = [cause for cause in CAUSES if name(question) in cause.doctor]
    report = doctor.text([Finding(question, ProbeResult("problem", "It is so."))])
    explanation = explain(report)
    assert explanation
    assert explanation.cause == cause


def test_what_doctor_finds_in_order_needs_no_explanation() -> None:
    assert explain(doctor.text([Finding(question, ProbeResult("ok", "fine")) for question in QUESTIONS])) is None


def test_a_cause_that_this_machine_can_show_has_a_probe() -> None:
    blind = {cause.key for cause in STAGES["machine"] if cause.prove is only_there}
    needs_windows_or_mac = {cause.key for cause in STAGES["machine"] if cause.not_made}
    assert blind <= needs_windows_or_mac
