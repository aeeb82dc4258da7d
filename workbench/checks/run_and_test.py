"""Checks of chapter 05."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from docker.models.containers import Container

from workbench.checks.engine_state import Check, CheckResult, EngineState, log_of
from workbench.engine.ports import wait_until_up
from workbench.errors import TutorialError
from workbench.settings import APP_PORT, LOOPBACK

FIRST_YEAR, RECORDS = "1992", "2"  # what is asked for; the page itself asks for other years
REQUEST = re.compile(r'"GET (\S+) HTTP/[\d.]+" (\d+)')


def two_records(engine: EngineState) -> CheckResult:
    """See in a log that the program was asked for the records of 1992 and 1993, and for no other."""
    logs = [log_of(box) for box in engine.containers(ancestor=engine.image)]
    questions = [(url, int(code)) for log in logs for url, code in REQUEST.findall(log) if FIRST_YEAR in url]
    if not questions:
        return CheckResult(
            ok=False,
            message=f"no log has a question with {FIRST_YEAR} in it. Which host port leads to a container, and what "
            "does its log say?",
        )
    problems = [_wrong_question(url, code) for url, code in questions]
    if "" in problems:
        return CheckResult(ok=True, message="the log has the question, and it was answered with two records.")
    return CheckResult(ok=False, message=f"the log says that somebody asked for {questions[-1][0]}: {problems[-1]}")


def _wrong_question(url: str, code: int) -> str:
    """Say why the answer to a question was not the two records, or nothing where it was."""
    path, asked = urlsplit(url).path, parse_qs(urlsplit(url).query)
    if path != "/degrees":
        return f"the answer was {code}. A number in the path is an id, so where does a year stand?"
    if code != HTTPStatus.OK:
        return f"the answer was {code}, and its text says why. Are both values whole numbers?"
    if asked.get("start") != [FIRST_YEAR]:
        return f"{FIRST_YEAR} is not the value of start. Which parameters does the program know?"
    if "limit" not in asked:
        return "there is no limit. Was it left out, or did the shell take the & before it for itself?"
    if asked["limit"] != [RECORDS]:
        return f"the limit is {asked['limit'][0]}. How many records are there from {FIRST_YEAR} to 1993?"
    return ""


def two_doors(engine: EngineState) -> CheckResult:
    """See that two containers of the image answer, each on a host port of its own."""
    running = engine.running(engine.image)
    problems = [_problem(container) for container in running]
    if problems.count(None) > 1:
        return CheckResult(ok=True, message=f"two containers run from {engine.image}, and both answer.")
    found = next((problem for problem in problems if problem), None)
    return CheckResult(ok=False, message=found or _why_not_two(engine, len(running)))


def _problem(container: Container) -> str | None:
    """Say why a running container can't be asked from here, or None where it can."""
    published = {port: doors for port, doors in container.ports.items() if doors}
    if not published:
        return f"container {container.name} runs, but no port of it is published. Which argument of run makes a door?"
    doors = published.get(f"{APP_PORT}/tcp")
    if not doors:
        other = next(iter(published)).split("/")[0]
        return (
            f"container {container.name} publishes container port {other}, and the program listens on {APP_PORT}. "
            "Which of the two numbers in ports= is the container's?"
        )
    if any(door["HostIp"] != LOOPBACK for door in doors):
        return (
            f"the port of container {container.name} is open on {doors[0]['HostIp']}, not on {LOOPBACK} alone. "
            "What goes before the host port?"
        )
    try:
        wait_until_up(int(doors[0]["HostPort"]))
    except TutorialError as error:
        return f"the port of container {container.name} is published, and yet: {error.what} What does its log say?"
    return None


def _why_not_two(engine: EngineState, running: int) -> str:
    for container in engine.containers(ancestor=engine.image):
        if container.status == "created":
            return f"container {container.name} was made, but could not start. Who has its host port already?"
        if container.status == "exited":
            code = container.attrs["State"]["ExitCode"]
            return f"container {container.name} has ended with exit code {code}. What does its log say last?"
    if running:
        return f"one container runs from {engine.image}. Start another: which of its two port numbers has to differ?"
    return f"no container runs from {engine.image}. The first one is started further up on this page."


CHECKS: dict[str, Check] = {"two-records": two_records, "two-doors": two_doors}
