"""What stands in a Dockerfile: its instructions, and what each of them will do."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SHELL = '["/bin/sh", "-c"]'
ESCAPE = re.compile(r"#\s*escape\s*=\s*([\\`])\s*$", re.IGNORECASE)
DIRECTIVE = re.compile(r"#\s*[a-z]+\s*=", re.IGNORECASE)


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes
    ----------
    line : int
        Where it begins, counted from 1.
    keyword : str
        In capitals, as ``FROM``.
    arguments : str
        The rest, with the lines joined that a backslash joins.
    effect : str
        What it will do, in a sentence or two.
    """

    line: int
    keyword: str
    arguments: str
    effect: str


def instructions(text: str) -> list[Instruction]:
    """Read a Dockerfile as the engine does, as far as it can be read, and explain it.

    The source of the rules is the parser of the classic builder, which docker-py uses.
    """
    found, shell = [], SHELL
    for line, statement in _statements(text):
        keyword, _, rest = statement.partition(" ")
        keyword, rest = keyword.upper(), rest.strip()
        found.append(Instruction(line, keyword, rest, _effect(keyword, rest, shell)))
        # Each stage starts with the usual shell.
        if keyword == "SHELL" and as_list(rest):
            shell = rest
        elif keyword == "FROM":
            shell = SHELL
    return found


def as_list(arguments: str) -> list[str] | None:
    """Read the exec form; None where the engine takes the text for a line for the shell.

    It reads the first JSON value and ignores what follows; a list of other things than strings is an error there.
    """
    try:
        value, _end = json.JSONDecoder().raw_decode(arguments)
    except ValueError:
        return None
    except RecursionError:  # thousands of brackets
        return None
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement in one line, with the number of the line on which it begins."""
    escape, directives = "\\", True
    start, joined = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith("#"):
            directives = directives and bool(DIRECTIVE.match(stripped))
            if directives and (match := ESCAPE.match(stripped)):
                escape = match[1]
            continue
        directives = False
        if not stripped:
            continue
        start = start or number
        if stripped.endswith(escape):
            joined += stripped[:-1] + " "
            continue
        yield start, " ".join((joined + stripped).split(None, 1))
        start, joined = 0, ""
    if joined.strip():
        yield start, " ".join(joined.split(None, 1)).strip()


def _effect(keyword: str, rest: str, shell: str) -> str:
    if keyword in ("RUN", "CMD", "ENTRYPOINT"):
        return _command(keyword, rest, shell)
    if keyword not in EFFECTS:
        return _unknown(keyword)
    return EFFECTS[keyword](rest) if rest else f"{keyword} needs something after it: the build will fail here."


def _unknown(keyword: str) -> str:
    keyword = keyword[:30]  # it may be anything, and long
    near = difflib.get_close_matches(keyword, KEYWORDS, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else "A command to carry out while building goes after RUN."
    return f"No instruction is called {keyword}: the build will fail here. {hint}"


def _command(keyword: str, rest: str, shell: str) -> str:
    if keyword == "RUN" and not rest:
        return "RUN needs a command after it: the build will fail here."
    if keyword == "RUN" and rest.startswith(("<<", "--mount", "--network", "--security")):
        return "This form of RUN needs BuildKit, and docker-py builds without it: the build will fail here."
    return f"{_read_as(rest, shell)} {WHEN[keyword]}"


def _read_as(rest: str, shell: str) -> str:
    """Say how the engine reads a command line: as a list, or for the shell."""
    words = as_list(rest)
    if words is not None:
        return f"Starts {words[0]} itself, with no shell." if words else "An empty list: no command."
    line = json.dumps([*(as_list(shell) or []), rest], ensure_ascii=False)
    text = f"A line for the shell, which Docker reads as {line}."
    if not rest.startswith("["):
        return text
    return f"{text} It looks like a list and is no list of strings in JSON: look for a comma, or for double quotes."


def _from(rest: str) -> str:
    words = [word for word in rest.split() if not word.startswith("--")]
    image = words[0] if words else rest
    name = f" This stage is called {words[2]}." if len(words) > 2 and words[1].lower() == "as" else ""  # noqa: PLR2004
    if image == "scratch":
        return f"Starts from nothing: no files at all.{name}"
    return f"Starts from the image {image}; the engine pulls it if it isn't there.{name}"


def _copy(rest: str) -> str:
    flags = [word for word in rest.split() if word.startswith("--")]
    paths = as_list(" ".join(word for word in rest.split() if word not in flags))
    paths = paths or [word for word in rest.split() if word not in flags]
    if len(paths) < 2:  # noqa: PLR2004 - from and to
        return "Needs what to copy and where to: the build will fail here."
    stage = next((flag.partition("=")[2] for flag in flags if flag.startswith("--from=")), None)
    where = f"the stage or image {stage}" if stage else "the build context"
    return f"Copies {', '.join(paths[:-1])} from {where} to {paths[-1]} in the image: a new layer."


def _add(rest: str) -> str:
    return f"{_copy(rest)} Unlike COPY, it also unpacks archives and fetches URLs."


def _env(rest: str) -> str:
    name = re.split(r"[=\s]", rest, maxsplit=1)[0]
    return f"Sets the variable {name} for the instructions that follow and in every container."


def _arg(rest: str) -> str:
    name = rest.split("=", 1)[0]
    return f"Lets a build give a value for {name} (buildargs, --build-arg). No container gets to see it."


def _expose(rest: str) -> str:
    return f"A note: the program listens on container port {rest}. It opens no door; ports= or -p does."


def _healthcheck(rest: str) -> str:
    if rest.upper() == "NONE":
        return "Switches off the health check of the base image."
    return "The engine runs this in each container from time to time; exit code 0 means healthy."


EFFECTS: dict[str, Callable[[str], str]] = {
    "FROM": _from,
    "COPY": _copy,
    "ADD": _add,
    "ENV": _env,
    "ARG": _arg,
    "EXPOSE": _expose,
    "HEALTHCHECK": _healthcheck,
    "WORKDIR": lambda rest: f"Makes {rest} the working directory, here and in containers; creates it if need be.",
    "USER": lambda rest: f"What follows, and the containers' command, runs as the user {rest}.",
    "LABEL": lambda _rest: "Marks the image; it changes no file.",
    "VOLUME": lambda rest: f"Containers keep {rest} outside of their layers, in a volume of its own.",
    "ONBUILD": lambda _rest: "Kept for later: done when another Dockerfile starts FROM this image.",
    "SHELL": lambda rest: f"Lines for the shell are from here on given to {rest}.",
    "STOPSIGNAL": lambda rest: f"docker stop sends {rest} first, instead of SIGTERM.",
    "MAINTAINER": lambda _rest: 'Notes the author. It is out of use: write LABEL maintainer="..." instead.',
}
WHEN = {
    "RUN": "It runs once, while building; the files it changes become a layer.",
    "CMD": "It runs when a container starts and is given no other command.",
    "ENTRYPOINT": "It always runs when a container starts; a command is handed to it as arguments.",
}
KEYWORDS = [*EFFECTS, *WHEN]
