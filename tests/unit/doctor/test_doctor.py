"""What the doctor reports where no engine answers, how it is told, and that it keeps to its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from workbench import doctor
from workbench.cli import main as cli
from workbench.doctor import PROBES, Finding, ProbeResult, Question

pytestmark = [
    pytest.mark.usefixtures("no_engine", "late_sockets"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

SCHEMA = json.loads((Path(doctor.__file__).parent / "schema.json").read_text())
CONTEXT = "where the docker command's context nowhere points."
NEED_AN_ENGINE = {"api", "disk", "memory", "architecture", "base image", "pull", "mirror", "tls", "python", "leftovers"}


def examined() -> dict[str, Finding]:
    return {finding.question.probe: finding for finding in doctor.examine()}


def found(state: Any, *, needed: bool = False) -> Finding:
    return Finding(Question("x", "Is it?", "It matters.", needed=needed), ProbeResult(state, "so"))


def test_there_are_more_probes_than_promised_and_each_has_its_name() -> None:
    names = [probe.question.probe for probe in PROBES]
    assert len(set(names)) == len(names) >= 18


def test_without_an_engine_the_others_answer_and_those_that_need_it_say_why() -> None:
    findings = examined()
    assert list(findings) == [probe.question.probe for probe in PROBES]
    engine = findings["engine"].seen
    assert (engine.state, engine.fix) == ("problem", "docker context use default")
    assert engine.found.startswith("No Docker Engine answers at unix:///")
    assert engine.found.endswith(CONTEXT)
    states = {name: finding.seen.state for name, finding in findings.items()}
    assert {name for name in NEED_AN_ENGINE if states[name] != "could not look"} == set()
    assert {states[name] for name in ("docker-py", "line ends")} == {"ok"}
    assert not doctor.ready(findings.values())


@pytest.mark.parametrize(
    ("finding", "ready"),
    [
        (found("ok", needed=True), True),
        (found("warning", needed=True), True),
        (found("could not look"), True),
        (found("problem"), False),
        (found("could not look", needed=True), False),
    ],
)
def test_the_journey_can_run_where_nothing_needed_is_missing(finding: Finding, ready: bool) -> None:
    assert doctor.ready([found("ok"), finding]) is ready


def test_findings_are_told_with_cause_and_fix(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("problem         engine: No Docker Engine"))
    assert lines[place + 1] == "                Every step talks to an engine."
    assert lines[place + 2].startswith("                docker context use default")
    assert any(line.startswith("ok              docker-py: ") for line in lines)
    assert lines[-1].startswith("The journey can't run yet: engine, ")


def test_programs_get_the_same_by_the_schema_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, SCHEMA)
    assert told["ready"] is False
    assert [row["probe"] for row in told["findings"]] == [probe.question.probe for probe in PROBES]
    engine = told["findings"][0]
    assert engine["blocks"]
    assert engine["found"].endswith(CONTEXT)


def test_the_schema_refuses_what_it_does_not_describe() -> None:
    report = doctor.report([found("ok")] * 18)
    jsonschema.validate(report, SCHEMA)
    report["findings"][3]["state"] = "fine"
    with pytest.raises(jsonschema.ValidationError, match="'fine' is not one of"):
        jsonschema.validate(report, SCHEMA)


def test_where_all_is_well_the_exit_code_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda _around: [found("ok"), found("warning")])
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.endswith("\n\nThe journey can run.\n")
