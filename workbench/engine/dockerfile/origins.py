"""What FROM starts from: an image, a stage of the same file, or nothing."""

from __future__ import annotations

import re

from workbench.engine.dockerfile.flags import FAILS, value
from workbench.engine.dockerfile.outline import PLATFORM_ARGUMENTS, WINDOWS, Outline
from workbench.engine.dockerfile.stages import SCRATCH, Stage
from workbench.engine.dockerfile.statements import BLANK, Statement
from workbench.engine.dockerfile.words import filled, open_variables, said, unquoted, variables

PULLED = "the engine pulls it if it isn't there."
NAME = re.compile(r"[a-z][a-z0-9-_.]*")
PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
DOMAIN = r"(?:[A-Za-z0-9.-]*[A-Z.][A-Za-z0-9.-]*(?::\d+)?|[A-Za-z0-9.-]+:\d+|localhost)/"
REFERENCE = re.compile(
    rf"(?:{DOMAIN})?{PART}(?:/{PART})*(?::[\w][\w.-]{{0,127}})?(?:@\w+:[0-9a-fA-F]{{32,}})?", re.ASCII
)
PLATFORM = re.compile(r"[\w.-]+(?:\(.*\))?(?:/[\w.-]+){0,2}", re.ASCII)


def refusal(statement: Statement, outline: Outline) -> str:
    """Say why Docker refuses a FROM; empty where it doesn't."""
    words = BLANK.split(statement.rest) if statement.rest else []
    if not words:
        return f"FROM needs the name of an image after it: {FAILS}"
    if len(words) not in (1, 3) or (len(words) > 1 and words[1].lower() != "as"):
        remark = " A # begins a comment only at the start of a line." if "#" in statement.rest else ""
        return f"FROM takes an image, or an image AS a name, and nothing more: {FAILS}{remark}"
    if len(words) > 1 and not NAME.fullmatch(words[2].lower()):
        return (
            f"A stage can't be called {words[2]}; a name has letters, digits, - _ . and begins with a letter: {FAILS}"
        )
    return _image_refused(unquoted(words[0], statement.escape), outline)


def _image_refused(image: str | None, outline: Outline) -> str:
    if image is None:
        return f"It has a quote or a ${{ that Docker can't read: {FAILS}"
    missing = [
        name
        for name in open_variables(image, outline.arguments)
        if name not in outline.arguments and name not in PLATFORM_ARGUMENTS
    ]
    known = filled(image, outline.arguments)
    if missing and not _valid(known, outline):
        return f"No ARG before the first FROM gives {said(missing)} a value: {FAILS}"
    if open_variables(image, outline.arguments):
        return ""  # the build may give it
    if _valid(known, outline):
        return ""
    lower = " Image names are lowercase." if _valid(known.lower(), outline) else ""
    return f"An image can't be called {known}: {FAILS}{lower}"


def _valid(image: str, outline: Outline) -> bool:
    return bool(outline.named(image) or REFERENCE.fullmatch(image))


def effect(statement: Statement, outline: Outline) -> str:
    """Say what a FROM starts from."""
    stage = next(one for one in outline.stages if one.line == statement.line)
    told = [_start(statement, stage, outline), *_platform(value(statement.flags, "platform"), outline)]
    if stage.name:
        told.append(f"This stage is called {stage.name}.")
    twice = outline.named(stage.name, before=stage.line) if stage.name else None
    if twice:
        told.append(
            f"So is the one on line {twice.line}, which docker-py's builder refuses: {FAILS} BuildKit takes it."
        )
    return " ".join([*told, *_use(stage, outline)])


def _start(statement: Statement, stage: Stage, outline: Outline) -> str:
    if stage.base:
        name = f"{stage.base.name} of this file, which begins on line {stage.base.line}"
        return f"Starts from the stage {name}; nothing is pulled."
    if stage.image == SCRATCH:
        return "Starts from nothing: no files at all."
    word = BLANK.split(statement.rest)[0]
    used = variables(word)
    if open_ := open_variables(word, outline.arguments):
        return f"Starts from the image {word}, where the build gives {said(open_)} a value; {PULLED}"
    other = f", unless the build gives {said(used)} another value" if used else ""
    windows = " It is an image for Windows, and needs an engine on Windows." if WINDOWS.search(stage.image) else ""
    return f"Starts from the image {stage.image}{other}; {PULLED}{windows}"


def _platform(platform: str, outline: Outline) -> list[str]:
    if not platform:
        return []
    ours = [name for name in variables(platform) if name in PLATFORM_ARGUMENTS and not outline.arguments.get(name)]
    if ours:
        return [f"BuildKit sets {said(ours)}; docker-py's builder doesn't, and refuses this: {FAILS}"]
    known = filled(platform, outline.arguments) or platform
    if "$" not in known and not PLATFORM.fullmatch(known):
        return [f"{known} is not a platform such as linux/amd64: {FAILS}"]
    return [f"It takes the one for {known}."]


def _use(stage: Stage, outline: Outline) -> list[str]:
    if outline.in_image(stage):
        return []
    target = "unless a build names it as the target (target=, --target)"
    if not outline.used(stage):
        return [f"No later stage uses this one, so BuildKit skips it, {target}. docker-py's builder doesn't skip it."]
    return [f"The image gets nothing of this stage but what a later one copies from it, {target}."]
