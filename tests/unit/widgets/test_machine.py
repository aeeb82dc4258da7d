"""The probes' questions on a page and, after a press of the button, their findings."""

from __future__ import annotations

import html
import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.waiting import wait_until
from workbench.doctor.finding import Finding, ProbeResult, Question, State
from workbench.widgets import background
from workbench.widgets.machine import MachineView

ENGINE = Question("engine", "Does an engine answer?", "Every step talks to it.", needed=True)
DISK = Question("disk", "Is there room?", "A build stops where there is none.")
PORT = Question("port 5000", "Is it free?", "Chapter 05 publishes there.")
FINDINGS = [
    Finding(ENGINE, ProbeResult("ok", "Docker Engine 29")),
    Finding(DISK, ProbeResult("problem", "1 GB free in /here", "./tutorial clean", "More: docker system df")),
    Finding(PORT, ProbeResult("warning", "taken by <web>", "docker stop web")),
]
STATES = st.sampled_from(["ok", "warning", "problem", "could not look"])


def pressed(findings: list[Finding]) -> MachineView:
    view = MachineView([finding.question for finding in findings], lambda: findings)
    view.button.click()
    wait_until(partial(answered, view, len(findings)))
    return view


def answered(view: MachineView, number: int) -> bool:
    return f"Of {number} " in view.status.value and not view.button.disabled


def text(markup: str) -> str:
    return html.unescape(re.sub("<[^>]*>", " ", markup))


def test_what_a_page_stores_holds_the_questions_and_nothing_of_this_machine() -> None:
    view = MachineView([ENGINE, DISK], lambda: FINDINGS)
    assert repr(view) == "<probes of this machine>"
    assert view.table.value == view.snapshot
    assert "Does an engine answer? Every step talks to it." in re.sub(" +", " ", text(view.snapshot))
    assert "Docker Engine 29" not in str(view.get_state()) + view.status.value + view.table.value


def test_after_the_button_what_needs_a_reader_comes_first_with_its_fix() -> None:
    view = pressed(FINDINGS)
    names = re.findall(r"<th scope='row'[^>]*>(.*?)</th>", view.table.value)
    assert names == ["disk: problem", "port 5000: warning", "engine: ok"]
    assert "./tutorial clean</pre><p>More: docker system df</p>" in view.table.value
    assert "A build stops where there is none." in view.table.value
    assert "Every step talks to it." not in view.table.value, "why matters where something is not ok"
    assert text(view.status.value).strip() == (
        "The journey can't run yet: disk. Of 3 answers: 1 problem, 1 warning, 1 ok."
    )
    assert text(view.snapshot).strip().startswith("The journey can't run yet: disk.")


def test_what_blocks_without_being_a_problem_is_named() -> None:
    view = pressed([Finding(ENGINE, ProbeResult("could not look", "no answer within 4.5 seconds"))])
    assert "The journey can't run yet: engine. Of 1 answer: 1 could not look." in text(view.status.value)


def test_it_can_be_pressed_again_once_it_has_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)
    answers = [FINDINGS, FINDINGS[:1]]
    view = MachineView([ENGINE], lambda: answers.pop(0))
    for number in (3, 1):
        view.button.click()
        wait_until(partial(answered, view, number))
    assert answers == []


@given(st.text(), st.text(), STATES)
def test_nothing_gets_out_of_the_markup(found: str, fix: str, state: State) -> None:
    finding = Finding(Question(found, fix, found), ProbeResult(state, found, fix, fix))
    view = MachineView([finding.question], lambda: [finding])
    questions = view.snapshot
    view._look()  # noqa: SLF001
    view.snapshot += questions
    assert set(re.findall(r"<(\w+)", view.snapshot)) <= {"p", "table", "caption", "tr", "th", "td", "br", "pre"}
