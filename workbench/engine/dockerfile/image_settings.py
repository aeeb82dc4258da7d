"""Instructions that set something in the image and change no file: ENV, LABEL, EXPOSE, USER and others."""

from __future__ import annotations

import posixpath
import re

from workbench.engine.dockerfile.flags import FAILS
from workbench.engine.dockerfile.outline import PLATFORM_ARGUMENTS, Outline
from workbench.engine.dockerfile.stages import Stage, assignments
from workbench.engine.dockerfile.startup import NO_LIST
from workbench.engine.dockerfile.statements import BLANK, Statement
from workbench.engine.dockerfile.words import as_list, known, name_words, paths, said, unquoted

NAMES_SHOWN = 6
VALUE_SHOWN = 60  # characters
NOT_IN_IMAGE = "The image, which is made from the last stage, doesn't get it."
PORT = re.compile(r"(?:[^/]*:)?(\d+)(?:-(\d+))?(?:/(tcp|udp|sctp)?)?", re.IGNORECASE)
HIGHEST_PORT = 65535
SIGNALS = re.compile(
    "ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT|SEGV|STKFLT|STOP|SYS|TERM|TRAP|"
    "TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU|XFSZ|"
    r"RTMIN(?:\+(?:[1-9]|1[0-5]))?|RTMAX(?:-(?:[1-9]|1[0-4]))?"
)
NUMBER = re.compile(r"[+-]?[0-9]+")


def names_refused(statement: Statement) -> str:
    """Say why Docker refuses an ENV, a LABEL or an ARG; empty where it doesn't."""
    keyword, words = statement.keyword, name_words(statement.rest, statement.escape)
    if keyword != "ARG" and words and "=" not in words[0]:
        if not BLANK.search(statement.rest):
            return f"{keyword} {words[0]} has no value; write {words[0]}=...: {FAILS}"
    elif without := [word for word in words if keyword != "ARG" and "=" not in word]:
        return f"{without[0]} has no = and no value. A value with blanks needs quotes: {FAILS}"
    if any(not name for name, _value in assignments(statement)):
        return f"There is no name before the =: {FAILS}"
    if any(unquoted(one, statement.escape) is None for pair in assignments(statement) for one in pair):
        return f"It has a quote or a ${{ that Docker can't read: {FAILS}"
    return ""


def _names(statement: Statement) -> str:
    names = list(dict.fromkeys(unquoted(name, statement.escape) or name for name, _value in assignments(statement)))
    more = len(names) - NAMES_SHOWN
    return said(names if more <= 0 else [*names[:NAMES_SHOWN], f"{more} more"])


def env(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Name the variables."""
    found = assignments(statement)
    plural = "s" if len({name for name, _value in found}) > 1 else ""
    what = f"Sets the variable{plural} {_names(statement)}{_old_form(statement)} for the instructions that follow"
    if outline.in_image(stage):
        return f"{what} and in every container."
    return f"{what} in this stage. {NOT_IN_IMAGE}"


def _old_form(statement: Statement) -> str:
    if "=" in name_words(statement.rest, statement.escape)[0]:
        return ""
    value = unquoted(assignments(statement)[0][1], statement.escape) or ""
    return f" to {value}" if len(value) <= VALUE_SHOWN else " to the rest of the line"


def arg(statement: Statement, _outline: Outline, stage: Stage | None) -> str:
    """Name what a build may give."""
    what = f"Lets a build give a value for {_names(statement)} (buildargs, --build-arg)"
    if stage is None:
        return f"{what} that FROM can use. A stage that needs it, too, repeats the ARG."
    what = f"{what} to the rest of this stage. Containers don't get it, but docker history may show it."
    platform = [name for name, given in assignments(statement) if name in PLATFORM_ARGUMENTS and not given]
    if platform:
        return f"{what} BuildKit sets {said(platform)}; docker-py's builder leaves that empty."
    return what


def label(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Name the labels."""
    return for_image(f"Marks the image with {_names(statement)}; it changes no file.", outline, stage)


def for_image(text: str, outline: Outline, stage: Stage) -> str:
    """Add that the image doesn't get it, where that is so."""
    return text if outline.in_image(stage) else f"{text} {NOT_IN_IMAGE}"


def expose_refused(statement: Statement, _outline: Outline, stage: Stage) -> str:
    """Say why Docker refuses a port; empty where it takes them all."""
    values = stage.scene(statement).values
    for word in BLANK.split(statement.rest):
        plain = unquoted(word, statement.escape)
        if plain is None:
            return f"It has a quote or a ${{ that Docker can't read: {FAILS}"
        for port in (known(plain, values) or "").split():
            match = PORT.fullmatch(port)
            if not match:
                return f"{port} is not a port such as 80, 80/udp or 80-90: {FAILS}"
            first, last = int(match[1]), int(match[2] or match[1])
            if last > HIGHEST_PORT:
                return f"{port} is too high: ports go up to {HIGHEST_PORT}, and {FAILS}"
            if last < first:
                return f"{port} goes from high to low: {FAILS}"
    return ""


def expose(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Name the ports."""
    ports = [(unquoted(word, statement.escape) or "").rpartition(":")[2] for word in BLANK.split(statement.rest)]
    host = " What comes before the : has no effect." if ":" in statement.rest and "${" not in statement.rest else ""
    note = f"A note: the program listens on container port{'s' if len(ports) > 1 else ''} {said(ports)}.{host}"
    return for_image(f"{note} It publishes nothing; ports= or -p does.", outline, stage)


def text_refused(statement: Statement) -> str:
    """Say why Docker refuses the text of USER, WORKDIR or VOLUME; empty where it doesn't."""
    words = paths(statement.rest) if statement.keyword == "VOLUME" else [statement.rest]
    plain = [unquoted(word, statement.escape) for word in words]
    if None in plain:
        return f"It has a quote or a ${{ that Docker can't read: {FAILS}"
    if not plain or ("" in plain and statement.keyword != "USER"):
        return f"{statement.keyword} needs something after it: {FAILS}"
    return ""


def user(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Name the user, and the group."""
    name, _, group = (unquoted(statement.rest, statement.escape) or "").partition(":")
    who = f"the user {name}{f' and the group {group}' if group else ''}"
    what = f"RUN lines that follow run as {who}"
    if not outline.in_image(stage):
        return f"{what}. {NOT_IN_IMAGE}"
    last = outline.last_in_image("USER")
    if last and last is not statement:
        return f"{what}. The containers' program runs as the user from line {last.line}."
    copied = "What COPY brings belongs to root, where --chown doesn't say otherwise."
    return f"{what}, and so does the containers' program. {copied}"


def workdir(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Name the folder in full."""
    path = unquoted(statement.rest, statement.escape) or ""
    before = stage.scene(statement).folder
    if path.startswith(("/", "$")):
        name = path
    else:
        name = posixpath.normpath(posixpath.join(before, path)) if before else f"{path}, below the one before it,"
    last = outline.last_in_image("WORKDIR")
    if not outline.in_image(stage) or (last and last is not statement):
        start = f" Containers start in the one from line {last.line}." if last and outline.in_image(stage) else ""
        return f"Makes {name} the working directory from here on; creates it if need be.{start}"
    return f"Makes {name} the working directory, here and in containers; creates it if need be."


def volume(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Name the folders."""
    names = [unquoted(path, statement.escape) or path for path in paths(statement.rest)]
    what = f"Docker keeps {said(names)} of each container in a volume, outside the container's layers."
    if statement.rest.startswith("[") and as_list(statement.rest) is None:
        what += f" {NO_LIST}"
    return for_image(what, outline, stage)


def stopsignal_refused(statement: Statement, _outline: Outline, stage: Stage) -> str:
    """Say that there is no such signal; empty where there is."""
    name = known(unquoted(statement.rest, statement.escape) or "", stage.scene(statement).values)
    if name is None:
        return ""
    plain = name.upper().removeprefix("SIG")
    if SIGNALS.fullmatch(plain) or (NUMBER.fullmatch(name) and int(name)):
        return ""
    return f"There is no signal {name}: {FAILS}"


def stopsignal(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Name the signal."""
    name = unquoted(statement.rest, statement.escape) or ""
    default = name.upper().removeprefix("SIG") in ("TERM", "15")
    text = f"docker stop sends {name} first, {'as it does anyway' if default else 'instead of SIGTERM'}."
    return for_image(text, outline, stage)


def shell_refused(statement: Statement) -> str:
    """Say that SHELL is no list; empty where it is one."""
    if as_list(statement.rest):
        return ""
    return f'SHELL takes a list in JSON, such as ["/bin/bash", "-c"]: {FAILS}'


def shell(statement: Statement, _outline: Outline, _stage: Stage) -> str:
    """Name the shell."""
    return (
        f"From here on, Docker gives lines for the shell to {statement.rest}, in this stage and in what starts from it."
    )


def maintainer(_statement: Statement, _outline: Outline, _stage: Stage) -> str:
    """Name what has taken its place."""
    return 'Notes the author. Docker no longer wants it: write LABEL maintainer="..." instead.'
