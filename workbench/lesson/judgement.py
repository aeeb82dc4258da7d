"""Judges an exercise for a page that is open, or for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import docker

from workbench import checks
from workbench.checks import by_hand, exercise_log
from workbench.checks.engine_state import CheckResult, EngineState
from workbench.engine import by_hand as made
from workbench.errors import TutorialError
from workbench.lesson import open_pages
from workbench.settings import APP_NAME, APP_TAG, Paths
from workbench.system.username import username


@dataclass(frozen=True)
class Judgement:
    """A verdict, and what to say beside it.

    Attributes
    ----------
    result : CheckResult
    remark : str
        Of what you made without labels: that it counted and stays, or why it didn't count. Empty where there is none.
    """

    result: CheckResult
    remark: str = ""

    def __str__(self) -> str:
        return "\n".join(filter(None, (str(self.result), self.remark)))


def judge(exercise: str, engine: EngineState, taught: str) -> Judgement:
    """Check an exercise for one page.

    Parameters
    ----------
    exercise : str
    engine : EngineState
        What the page may look at.
    taught : str
        The repository that the pages teach. It is looked at too, where the page has another.
    """
    results = []
    for state in by_hand.states(engine, taught):
        before = dict(engine.seen)
        results.append(checks.run(exercise, state))
        if results[-1].ok:
            break
    # What you made under the name that pages teach says more than that nothing is there under the page's own.
    touched = engine.seen.keys() - before
    result = results[-1] if results[-1].ok or (touched and engine.alone) else results[0]
    return Judgement(result, _remark(result, engine))


def in_terminal(paths: Paths, client: docker.DockerClient, exercise: str) -> Judgement:
    """Check an exercise for a command in a terminal: for each open copy of its page, or for no page.

    Where the page isn't open, all counts that has your repository's name, and each container without labels.
    """
    taught = f"{username()}/{APP_NAME}"
    app = paths.work / "app" if (paths.work / "app").is_dir() else paths.app
    opened = open_pages.of(paths, taught, checks.page_of(exercise)) or [open_pages.OpenPage(taught, since=0.0)]
    judgements = []
    for one in opened:
        alone = len(opened) == 1
        engine = EngineState(client, one.session, f"{one.session}:{APP_TAG}", paths, app, one.since, alone)
        judgements.append(judge(exercise, engine, taught))
    return next((one for one in judgements if one.result.ok), judgements[0])


def noted(paths: Paths, exercise: str, result: CheckResult) -> Iterator[str]:
    """Note that an exercise is done, where it is; yield what to say where that can't be noted."""
    if result.ok:
        try:
            exercise_log.note(paths, exercise)
        except TutorialError as error:
            yield str(error)


def _remark(result: CheckResult, engine: EngineState) -> str:
    """Say of what has no labels that it counted, and note that; or why it didn't count."""
    yours = ", ".join(sorted(engine.seen))
    if not yours or engine.since is None:
        return ""
    if not engine.alone:
        return f"Two copies of this page are open, so neither counts what has no labels: {yours}. Close one of them."
    if not result.ok:
        return ""
    made.note(engine.paths, [of for name, of in engine.seen.items() if name.startswith("container ")])
    return f"Yours, so the page leaves it where it is: {yours}. ./tutorial clean asks before it removes that."
