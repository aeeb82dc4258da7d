"""What the probes ask of this machine and, once a button is pressed, what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import ipywidgets

from workbench.doctor.finding import Finding, Question
from workbench.system.units import count
from workbench.widgets.background import SingleTask
from workbench.widgets.base import View
from workbench.widgets.markup import BREAK, Html, live_status, table

HEAD = "text-align:start;vertical-align:top;overflow-wrap:break-word"  # a name is not cut where there is room
CELL = "text-align:start;vertical-align:top;overflow-wrap:anywhere"
AT_THE_START = {"width": "auto", "align_self": "flex-start"}
FIX = Html('<pre style="white-space:pre-wrap;overflow-wrap:anywhere;margin:0">{}</pre>')
PARAGRAPH = Html("<p>{}</p>")
STATES = ("problem", "could not look", "warning", "ok")  # what needs a reader first


class MachineView(View):
    """Questions to this machine, and a button that has them answered.

    Until it is pressed, nothing of this machine is in the view, so that a page may be stored with it.

    Parameters
    ----------
    questions : sequence of Question
    examine : callable
        Returns a finding for each question.
    """

    about = "probes of this machine"

    def __init__(self, questions: Sequence[Question], examine: Callable[[], list[Finding]]) -> None:
        self._examine, self._once = examine, SingleTask()
        self.button = ipywidgets.Button(
            description="Look at this machine", tooltip="Run all probes; five seconds at most", layout=AT_THE_START
        )
        self.status, self.table = ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__([self.button, self.status, self.table])
        self.button.on_click(lambda _button: self._once.run(self._look))
        self._render("", _questions(questions))

    def _look(self) -> None:
        """Have all questions answered; runs in a thread."""
        self.button.disabled = True
        self.status.value = live_status("Looking.")
        try:
            findings = self._examine()
            self._render(_summary(findings), _findings(findings))
        finally:
            self.button.disabled = False

    def _render(self, summary: str, shown: Html) -> None:
        self.status.value, self.table.value = live_status(summary), shown
        self.snapshot = (PARAGRAPH.format(summary) if summary else "") + shown


def _summary(findings: list[Finding]) -> str:
    counts: Counter[str] = Counter(finding.seen.state for finding in findings)
    blocking = ", ".join(finding.question.probe for finding in findings if finding.blocks)
    verdict = f"The journey can't run yet: {blocking}." if blocking else "The journey can run."
    answers = ", ".join(_counted(counts[state], state) for state in STATES if counts[state])
    return f"{verdict} Of {count(len(findings), 'answer')}: {answers}."


def _counted(number: int, state: str) -> str:
    return count(number, state) if state in ("problem", "warning") else f"{number} {state}"


def _questions(questions: Sequence[Question]) -> Html:
    rows = [(one.probe, BREAK.join([one.asks, one.why])) for one in questions]
    return table("What is asked", ("Probe", "Question, and why it matters"), rows, row_head=HEAD, cell=CELL)


def _findings(findings: list[Finding]) -> Html:
    in_order = sorted(findings, key=lambda finding: STATES.index(finding.seen.state))
    rows = [(f"{one.question.probe}: {one.seen.state}", _told(one)) for one in in_order]
    heads = ("Probe and state", "What is there, and what to do")
    return table("What was found here", heads, rows, row_head=HEAD, cell=CELL)


def _told(finding: Finding) -> str:
    seen = finding.seen
    if seen.state == "ok":
        return seen.found
    fix = FIX.format(seen.fix) if seen.fix else ""
    advice = PARAGRAPH.format(seen.advice) if seen.advice else ""
    return BREAK.join([seen.found, finding.question.why]) + fix + advice
