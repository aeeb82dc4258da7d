"""Probes of the lines of a Dockerfile, and of what an image starts and as whom."""

from __future__ import annotations

import json
import re

from workbench.engine.dockerfile import Instruction, instructions
from workbench.explain.probes.building import read_dockerfile
from workbench.explain.proof import CannotTellError, Case, Proof


def several(case: Case) -> Proof:
    """Find the COPY of several files, and end its place with a slash."""
    for one in _all(case):
        words = one.arguments.split()
        if one.keyword in {"COPY", "ADD"} and not words[-1].endswith(("/", "]")) and _more_than_one(words):
            line = f"{one.keyword} {one.arguments}"
            return Proof(True, f"the Dockerfile has the line: {line}", {"right_line": f"{line}/"})
    return Proof(False, "each COPY of the Dockerfile ends with a slash.")


def stages(case: Case) -> Proof:
    """List the stages of the Dockerfile."""
    bases = [one.arguments for one in _all(case) if one.keyword == "FROM"]
    names = [found[1] for line in bases if (found := re.search(r"(?i) as (\S+)", line))]
    there = case.name("stage").lower() in [name.lower() for name in names]
    return Proof(not there, f"the Dockerfile has these stages: {', '.join(names) or 'none with a name'}.")


def base_by_variable(case: Case) -> Proof:
    """Find the FROM that takes its name from a variable."""
    for one in _all(case):
        if one.keyword == "FROM" and (found := re.search(r"\$\{?(\w+)", one.arguments)):
            return Proof(True, f"the Dockerfile has the line: FROM {one.arguments}", {"variable": found[1]})
    return Proof(False, "no FROM of the Dockerfile has a variable.")


def misread(case: Case) -> Proof:
    """Find the line with the word at which Docker stopped."""
    for one in _all(case):
        if case.name("value") in one.arguments.split():
            name, *values = one.arguments.replace("=", " ").split()
            line = f'{one.keyword} {name}="{" ".join(values)}"'
            return Proof(True, f"the Dockerfile has the line: {one.keyword} {one.arguments}", {"right_line": line})
    raise CannotTellError("the Dockerfile has changed since.")


def runs_as(case: Case) -> Proof:
    """See as whom the container is to run."""
    user = case.container["Config"]["User"]
    return Proof(user.partition(":")[0] == case.name("user"), f"the container is to run as {user or 'root'}.")


def both_name_it(case: Case) -> Proof:
    """Compare what the image starts with what it is given."""
    config = case.client.images.get(case.image).attrs["Config"]
    entrypoint, command = config.get("Entrypoint") or [], config.get("Cmd") or []
    found = f"ENTRYPOINT is {json.dumps(entrypoint)}, CMD is {json.dumps(command)}."
    return Proof(entrypoint[:1] == command[:1] != [], found, {"list": json.dumps(command[1:])})


def _all(case: Case) -> list[Instruction]:
    return instructions(read_dockerfile(case))


def _more_than_one(words: list[str]) -> bool:
    return len([word for word in words if not word.startswith("--")]) > 2 or "*" in words[0]  # noqa: PLR2004
