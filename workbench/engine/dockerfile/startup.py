"""What RUN, CMD and ENTRYPOINT start: a program, or a shell with a line; and what starts where both are there."""

from __future__ import annotations

import json
import re

from workbench.engine.dockerfile.flags import FAILS
from workbench.engine.dockerfile.stages import SCRATCH, Stage
from workbench.engine.dockerfile.statements import Statement
from workbench.engine.dockerfile.words import after_list, as_list
from workbench.settings import BASE_IMAGE

SHELLS = ("sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "powershell", "pwsh")
LIST_LIKE = re.compile(r"\[\s*[\"'\u201c\u201d\u2018\u2019][^\]]*(?:\]\s*$|$)|\[[^\]]*,[^\]]*\]?\s*$")
SHELL_TEST = re.compile(r"\s(?:=|==|!=|-[a-z]{1,2})\s|^\[\[|^\[\s+-")
NO_LIST = (
    "It looks like a list but isn't one in JSON: look for a comma, for straight double quotes, "
    "and for a \\ that has to be doubled."
)
BUILDKIT_KNOWS = "docker build takes it where it uses BuildKit, from Docker 23 on."
NO_HEREDOC = (
    f"docker-py's builder doesn't know this form. Older versions of Docker take the lines for instructions, "
    f"and {FAILS} Newer ones leave the lines out. {BUILDKIT_KNOWS}"
)
RUN_WHEN = "It runs once, while building; the files it changes become a layer."
CMD_WHEN = "It runs when a container starts and is given no other command."
ENTRYPOINT_WHEN = "It always runs when a container starts"


def written(words: list[str]) -> str:
    """Write a command as a list."""
    return json.dumps(words, ensure_ascii=False)


def words_of(stage: Stage, statement: Statement) -> list[str]:
    """Give the list that Docker puts into the image for a CMD or an ENTRYPOINT."""
    words = as_list(statement.rest)
    if words is not None:
        return words
    if statement.keyword == "ENTRYPOINT" and not statement.rest:
        return []
    return [*(as_list(stage.scene(statement).shell) or []), *([statement.rest] if statement.rest else [])]


def run(stage: Stage, statement: Statement) -> str:
    """Explain a RUN."""
    if statement.heredocs:
        return f"{_heredoc(stage, statement)} {RUN_WHEN} {NO_HEREDOC}"
    if not statement.rest:
        return f"RUN needs a command after it: {FAILS}"
    filled = any(one.keyword in ("COPY", "ADD") for part in stage.bases for one in part.statements)
    mounted = any(flag.startswith("--mount") for flag in statement.flags)
    if stage.root == SCRATCH and not filled and not mounted:
        return f"It starts from nothing, so there is no program to run: {FAILS}"
    return f"{_read_as(stage, statement)} {RUN_WHEN}"


def _heredoc(stage: Stage, statement: Statement) -> str:
    first = statement.heredocs[0]
    until = " and ".join(one.name for one in statement.heredocs)
    if statement.rest.split()[1:] or len(statement.heredocs) > 1:
        return f"A command for the shell; it reads the lines up to {until} as its input."
    if first.text.startswith("#!"):
        return f"Runs the lines up to {until} as a program, by what their first line names."
    shell = written([*(as_list(stage.scene(statement).shell) or []), first.text])
    return f"Lines for the shell, up to {until}, which Docker reads as {shell}."


def _read_as(stage: Stage, statement: Statement) -> str:
    """Say how Docker reads a command: as a list, or for the shell."""
    words = as_list(statement.rest)
    if words is not None:
        return " ".join([_starts(words), *_after(statement.rest)])
    text = f"A line for the shell, which Docker reads as {written(words_of(stage, statement))}."
    return f"{text} {NO_LIST}" if like_list(statement.rest) else text


def like_list(text: str) -> bool:
    """Whether a text was meant as a list; ``[ -f file ]`` and ``[ "$A" = b ]`` are tests for the shell."""
    return bool(LIST_LIKE.match(text)) and not SHELL_TEST.search(text)


def _starts(words: list[str]) -> str:
    if not words:
        return "An empty list: no command."
    shell = words[0].rpartition("/")[2] in SHELLS
    return f"Starts {words[0]} itself, {'a shell that the list names' if shell else 'with no shell'}."


def _after(rest: str) -> list[str]:
    following = after_list(rest)
    if not following:
        return []
    return [
        f"Older versions of Docker ignore {following} after the list; newer ones take it all as a line for the shell."
    ]


def cmd(stage: Stage, statement: Statement) -> str:
    """Explain a CMD, together with the ENTRYPOINT that gets its words."""
    if replaced := _replaced(stage, statement):
        return replaced
    if not statement.rest:
        fails = written(words_of(stage, statement))
        return f"CMD needs a command after it: Docker takes it all the same, but {fails} starts nothing."
    entrypoint = stage.entrypoint()
    if entrypoint and words_of(*entrypoint):
        return _with_entrypoint(entrypoint, (stage, statement))
    told = f"{_read_as(stage, statement)} {CMD_WHEN}"
    if entrypoint or stage.root in (BASE_IMAGE, SCRATCH) or not words_of(stage, statement):
        return told
    image = stage.root or "that image"
    return f"{told} If {image} sets an ENTRYPOINT, that runs instead and gets these words as its arguments."


def _with_entrypoint(entrypoint: tuple[Stage, Statement], cmd: tuple[Stage, Statement]) -> str:
    above, statement = entrypoint[1], cmd[1]
    then = words_of(*cmd)
    both = written([*words_of(*entrypoint), *then])
    if not then:
        return f"An empty list: the ENTRYPOINT on line {above.line} gets no arguments."
    if as_list(above.rest) is None:
        return (
            f"The ENTRYPOINT on line {above.line} is a line for the shell, so a container starts {both}: "
            'its shell ignores the words of this CMD, unless that line asks for "$@" or "$1".'
        )
    told = f"The ENTRYPOINT on line {above.line} gets these words as arguments: a container starts {both}"
    if as_list(statement.rest) is None and statement.rest:
        return f"{told}. The shell's own words are among them: write this CMD as a list."
    return f"{told}, unless it is given another command."


def entrypoint(stage: Stage, statement: Statement) -> str:
    """Explain an ENTRYPOINT, together with the CMD that gives it arguments."""
    if replaced := _replaced(stage, statement):
        return replaced
    first, found = words_of(stage, statement), stage.cmd()
    if not first:
        empty = "An empty list" if statement.rest else "Nothing after it"
        own = "" if found else ", and its CMD with it"
        return f"{empty}: no ENTRYPOINT. One that the base image sets no longer counts{own}."
    told = f"{_read_as(stage, statement)} {ENTRYPOINT_WHEN}"
    if as_list(statement.rest) is None:
        return (
            f'{told}; its shell ignores CMD and the command that a container is given, unless this line asks for "$@".'
        )
    if not found:
        dropped = "" if stage.root == SCRATCH else " A CMD of the base image no longer counts."
        return f"{told}; the command that a container is given becomes its arguments.{dropped}"
    together = written(first + words_of(*found))
    return f"{told}: with the CMD on line {found[1].line}, {together}. Another command takes the place of CMD's words."


def _replaced(stage: Stage, statement: Statement) -> str:
    last = stage.last(statement.keyword)
    if last is None or last is statement:
        return ""
    return f"It doesn't count: the {statement.keyword} on line {last.line} takes its place."
