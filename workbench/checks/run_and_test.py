"""Checks of chapter 05."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from workbench.checks import reachable
from workbench.checks.engine_state import Check, CheckResult, EngineState, cut, keeps_log, log_of

FIRST_YEAR, RECORDS = 1992, 2  # what is asked for; the page itself asks for other years
REQUEST = re.compile(r'"([A-Z]+) (\S+) HTTP/[\d.]+" (\d+)')


def two_records(engine: EngineState) -> CheckResult:
    """See in a log that the program was asked for the records of 1992 and 1993, and for no other."""
    containers = engine.containers(engine.image)[::-1]  # so that what was asked last comes last
    asked = [request for box in containers for request in REQUEST.findall(log_of(box))]
    meant = [request for request in asked if str(FIRST_YEAR) in request[1]]
    problems = [_wrong_question(method, url, int(code)) for method, url, code in meant]
    if "" in problems:
        return CheckResult(ok=True, message="the log has the question, and it was answered with two records.")
    if problems:
        return CheckResult(ok=False, message=f"the log has {' '.join(meant[-1][:2])}: {problems[-1]}")
    if unlogged := [box.name for box in containers if not keeps_log(box)]:
        return CheckResult(ok=False, message=f"container {unlogged[0]} keeps no log. Which log driver was it given?")
    return CheckResult(ok=False, message=_not_asked(asked))


def _not_asked(asked: list[tuple[str, str, str]]) -> str:
    """Say what was asked in place of the question."""
    if not asked:
        return "no log has a question yet. Which host port leads to a container, and what does its log say?"
    method, url, code = asked[-1]
    if method != "GET":
        return f"the last question was {method} {cut(url)}, answered with {code}. Why did curl send a {method}?"
    return (
        f"no question in the log has {FIRST_YEAR} in it yet; the last was for {cut(url)}. "
        "How does one question name a first year, and how many records?"
    )


def _wrong_question(method: str, url: str, code: int) -> str:
    """Say why the answer to a question was not the two records, or nothing where it was."""
    if method != "GET":
        return f"the answer was {code}, since the program answers GET. Which option of curl made it a {method}?"
    if urlsplit(url).path != "/degrees":
        return f"the answer was {code}. A number in the path is an id, so where does a year go?"
    if code != HTTPStatus.OK:
        return f"the answer was {code}, and its text says why. Are both values whole numbers?"
    return _wrong_values(parse_qs(urlsplit(url).query))


def _wrong_values(asked: dict[str, list[str]]) -> str:
    if asked.get("start") != [str(FIRST_YEAR)]:
        return f"{FIRST_YEAR} is not the value of start. Which parameters does the program know?"
    if "limit" not in asked:
        return "there is no limit. Was it left out, or did the shell take the & before it for itself?"
    if asked["limit"] != [str(RECORDS)]:
        return f"the limit is {asked['limit'][0]}. How many records are there from {FIRST_YEAR} to 1993?"
    return ""


def two_doors(engine: EngineState) -> CheckResult:
    """See that two containers of the image answer, each on a host port of its own."""
    found: dict[str, str] = {}
    for container in engine.containers(engine.image):
        found[str(container.name)] = reachable.problem(container)
        if list(found.values()).count("") > 1:
            return CheckResult(ok=True, message=f"two containers run from {engine.image}, and both answer.")
    return CheckResult(ok=False, message=_why_not_two(engine, [problem for problem in found.values() if problem]))


def _why_not_two(engine: EngineState, problems: list[str]) -> str:
    """Say what is wrong with the newest container that doesn't answer, or which one is missing."""
    if problems:
        return problems[0]
    if engine.running(engine.image):
        return f"one container runs from {engine.image}. Start another: which of its two port numbers has to differ?"
    return f"no container runs from {engine.image}. The first one is started further up on this page."


CHECKS: dict[str, Check] = {"two-records": two_records, "two-doors": two_doors}
