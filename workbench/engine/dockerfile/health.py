"""HEALTHCHECK: how often Docker runs a command in a container, and what it refuses."""

from __future__ import annotations

import re

from workbench.engine.dockerfile.flags import FAILS, value
from workbench.engine.dockerfile.image_settings import for_image
from workbench.engine.dockerfile.outline import Outline
from workbench.engine.dockerfile.stages import Stage
from workbench.engine.dockerfile.statements import BLANK, Statement
from workbench.engine.dockerfile.words import as_list

SHORTEST = 0.001  # seconds
DURATION = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+|[+-]?0")
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
TIMES = ("interval", "timeout", "start-period", "start-interval")


def healthcheck_refused(statement: Statement) -> str:
    """Say why Docker refuses a HEALTHCHECK; empty where it doesn't."""
    kind, *command = BLANK.split(statement.rest, maxsplit=1)
    if kind.upper() == "NONE":
        return f"HEALTHCHECK NONE takes nothing after it: {FAILS}" if command else ""
    if kind.upper() != "CMD":
        return f"The command comes after HEALTHCHECK CMD: {FAILS}"
    if not command or as_list(command[0]) == []:
        return f"HEALTHCHECK CMD needs a command after it: {FAILS}"
    return _timing_refused(statement)


def _timing_refused(statement: Statement) -> str:
    for name in TIMES:
        given = value(statement.flags, name)
        if given and not DURATION.fullmatch(given):
            return f"--{name}={given} needs a unit, as in 30s or 1m30s: {FAILS}"
        if given.startswith("-"):
            return f"--{name} can't be negative: {FAILS}"
        if 0 < _seconds(given) < SHORTEST:
            return f"--{name} is at least 1ms: {FAILS}"
    retries = value(statement.flags, "retries")
    return f"--retries takes a number: {FAILS}" if retries and not retries.isdecimal() else ""


def _counts(given: str) -> bool:
    return any(digit in given for digit in "123456789")


def _seconds(time: str) -> float:
    return sum(float(number) * UNITS[unit] for number, unit in re.findall(r"([\d.]+)([a-zµ]+)", time))


def healthcheck(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Say how often the check runs."""
    last = stage.last("HEALTHCHECK")
    if last and last is not statement and statement in stage.statements:
        return f"It doesn't count: the HEALTHCHECK on line {last.line} takes its place."
    if statement.rest.upper() == "NONE":
        return for_image("Switches off the health check of the base image.", outline, stage)
    every = value(statement.flags, "interval") or "30s"
    text = f"Docker runs this in each container every {every}; exit code 0 means healthy."
    zero = [name for name in (*TIMES, "retries") if (given := value(statement.flags, name)) and not _counts(given)]
    if zero:
        text += f" Older versions of Docker refuse 0 for --{zero[0]}."
    return for_image(text, outline, stage)
