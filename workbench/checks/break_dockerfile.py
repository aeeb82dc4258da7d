"""Checks of the page that breaks the Dockerfile."""

from __future__ import annotations

from docker.models.containers import Container

from workbench.checks import startup
from workbench.checks.engine_state import Check, CheckResult, EngineState, verdict

LINES, WORDS, SIGNAL = "lines", "words", "signal"  # tags of the images
READY = b"Ready."
STOP_GRACE = 2  # seconds between the request to end and the kill
KILLED = 137  # 128 and the number of SIGKILL
SHELL = ["/bin/sh", "-c"]


def two_lines(engine: EngineState) -> CheckResult:
    """See that the continued line has become one instruction: what it installs is there when the program starts."""
    problem = startup.problem_of(engine, LINES, startup.not_listening)
    return verdict(problem, f"{engine.session}:{LINES} is built, and the program finds both packages.")


def list_of_words(engine: EngineState) -> CheckResult:
    """See that the image starts the program."""
    problem = startup.problem_of(engine, WORDS, startup.not_listening)
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
    container.stop(timeout=STOP_GRACE)
    code = container.wait()["StatusCode"]
    if code == 0:
        return ""
    return _why_not_by_itself(code, [container.attrs["Path"], *container.attrs["Args"]])


def _why_not_by_itself(code: int, command: list[str]) -> str:
    if code != KILLED:
        return f"it ended with exit code {code}, and polite.py ends with 0. Which program does {command} start?"
    if command[:2] == SHELL:
        return (
            f"it was killed, exit code {code}: process 1 is a shell with the line {command[2]}. How is a list written?"
        )
    return f"it was killed, exit code {code}: {command} did not act on the signal. Which program has a handler for it?"


CHECKS: dict[str, Check] = {
    "two-lines-one-instruction": two_lines,
    "list-of-words": list_of_words,
    "heard-the-signal": heard_the_signal,
}
