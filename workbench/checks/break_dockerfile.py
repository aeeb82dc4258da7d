"""Checks of the page that breaks the Dockerfile."""

from __future__ import annotations

from docker.models.containers import Container

from workbench.checks import startup
from workbench.checks.engine_state import Check, CheckResult, EngineState, verdict

LINES, WORDS, SIGNAL = "lines", "words", "signal"  # tags of the images
READY = b"Ready."
STOP_GRACE = 5  # seconds between the request to end and the kill
KILLED = 137  # 128 and the number of SIGKILL


def two_lines(engine: EngineState) -> CheckResult:
    """See that the continued line has become one instruction: what it installs is there when the program starts."""
    problem = startup.problem_of(engine, LINES, startup.not_listening)
    return verdict(problem, f"{engine.session}:{LINES} is built, and the program finds both packages.")


def list_of_words(engine: EngineState) -> CheckResult:
    """See that the image starts the program by a list, and so without a shell."""
    problem = startup.problem_of(engine, WORDS, lambda box: startup.not_listening(box) or startup.behind_a_shell(box))
    return verdict(problem, f"{engine.session}:{WORDS} starts the program.")


def heard_the_signal(engine: EngineState) -> CheckResult:
    """See that the program itself gets the request to end, and ends by its own will."""
    problem = startup.problem_of(engine, SIGNAL, _deaf)
    return verdict(problem, f"the program in {engine.session}:{SIGNAL} ends at once when it is asked to.")


def _deaf(container: Container) -> str:
    """Ask the program to end; say why it didn't do so by itself."""
    if not startup.comes(container, lambda: READY in container.logs()):
        return startup.how_it_ended(container) or (
            "a container of it runs, but never says that it is ready. Which program does its command start?"
        )
    if ended := startup.not_staying(container):
        return ended
    behind_a_shell, command = startup.behind_a_shell(container), [container.attrs["Path"], *container.attrs["Args"]]
    container.stop(timeout=STOP_GRACE)
    code = container.wait()["StatusCode"]
    if code == 0:
        return ""
    if code != KILLED:
        return f"it ended with exit code {code}, and polite.py ends with 0. Which program does {command} start?"
    why = behind_a_shell or f"{command} did not act on the signal. Which program has a handler for it?"
    return f"it was killed, exit code {code}: {why}"


CHECKS: dict[str, Check] = {
    "two-lines-one-instruction": two_lines,
    "list-of-words": list_of_words,
    "heard-the-signal": heard_the_signal,
}
