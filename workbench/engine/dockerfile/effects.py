"""What each instruction will do, or why Docker refuses it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator

from workbench.engine.dockerfile import copying, flags, health, image_settings, origins, startup
from workbench.engine.dockerfile.flags import FAILS
from workbench.engine.dockerfile.outline import Outline
from workbench.engine.dockerfile.stages import Stage
from workbench.engine.dockerfile.statements import BLANK, Statement, onbuild
from workbench.engine.dockerfile.words import as_list, json_list, name_words

LISTS = ("RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME")
NAMED = ("ENV", "LABEL", "ARG")
PLAIN = ("COPY", "ADD", "EXPOSE", "USER", "WORKDIR", "VOLUME", "STOPSIGNAL")
NEVER_ON_BUILD = ("ONBUILD", "FROM", "MAINTAINER")
ODD_BLANK = re.compile("[\xa0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
NEEDED = re.compile(r"\$\{(\w+):?\?")
GOES_ON = ("&", "|", "-", ">", "<", ")", "}", ";")
NO_SHELL_BLANK = "It holds a no-break space, which Docker takes for a letter: right in a text, wrong between words."
REMARK = "A # begins a comment only at the start of a line; here it belongs to the instruction."

Explained = Callable[[Statement, Outline, Stage], str]
EFFECTS: dict[str, Explained] = {
    "FROM": lambda one, outline, _stage: origins.effect(one, outline),
    "RUN": lambda one, _outline, stage: startup.run(stage, one),
    "CMD": lambda one, outline, stage: _counted(startup.cmd(stage, one), outline, stage),
    "ENTRYPOINT": lambda one, outline, stage: _counted(startup.entrypoint(stage, one), outline, stage),
    "COPY": copying.effect,
    "ADD": copying.effect,
    "ENV": image_settings.env,
    "ARG": image_settings.arg,
    "LABEL": image_settings.label,
    "EXPOSE": image_settings.expose,
    "USER": image_settings.user,
    "WORKDIR": image_settings.workdir,
    "VOLUME": image_settings.volume,
    "STOPSIGNAL": image_settings.stopsignal,
    "SHELL": image_settings.shell,
    "HEALTHCHECK": health.healthcheck,
    "MAINTAINER": image_settings.maintainer,
}
KEYWORDS = [*EFFECTS, "ONBUILD"]
REFUSALS: dict[str, Explained] = {
    "FROM": lambda one, outline, _stage: origins.refusal(one, outline),
    "COPY": copying.refusal,
    "ADD": copying.refusal,
    "ENV": lambda one, _outline, _stage: image_settings.names_refused(one),
    "ARG": lambda one, _outline, _stage: image_settings.names_refused(one),
    "LABEL": lambda one, _outline, _stage: image_settings.names_refused(one),
    "EXPOSE": image_settings.expose_refused,
    "USER": lambda one, _outline, _stage: image_settings.text_refused(one),
    "WORKDIR": lambda one, _outline, _stage: image_settings.text_refused(one),
    "VOLUME": lambda one, _outline, _stage: image_settings.text_refused(one),
    "STOPSIGNAL": image_settings.stopsignal_refused,
    "SHELL": lambda one, _outline, _stage: image_settings.shell_refused(one),
    "HEALTHCHECK": lambda one, _outline, _stage: health.healthcheck_refused(one),
}
MAY_BE_BARE = ("RUN", "CMD", "ENTRYPOINT", "FROM", "COPY", "ADD")  # they say themselves what is missing


def effect(statement: Statement, outline: Outline) -> str:
    """Say in a few sentences what an instruction will do."""
    return " ".join([_told(statement, outline, outline.at(statement.line)), *_remarks(statement)])


def _told(statement: Statement, outline: Outline, stage: Stage | None) -> str:
    if refused := _unreadable(statement, stage) or _refused(statement, outline, stage):
        return refused
    if stage is None:
        return image_settings.arg(statement, outline, stage)
    above = copying.above_context(statement, stage) if statement.keyword in ("COPY", "ADD") else ""
    told = EFFECTS.get(statement.keyword, _kept)(statement, outline, stage)
    return " ".join([*filter(None, [told, above]), *flags.builders(statement.flags)])


def _unreadable(statement: Statement, stage: Stage | None) -> str:
    """Say why Docker can't read a line at all; empty where it can."""
    keyword = statement.keyword
    if keyword == "#":
        return f"This comment sets how Docker reads the file; it may be there once, and escape is \\ or `: {FAILS}"
    if keyword not in KEYWORDS:
        return _unknown(statement)
    if stage is None and keyword != "ARG":
        return f"FROM comes first, and only ARG may be before it: {FAILS}"
    if unended := [one.name for one in statement.heredocs if not one.ended]:
        return f"No line after it is just {unended[0]}, where its lines would end: {FAILS}"
    return flags.refusal(keyword, statement.flags)


def _refused(statement: Statement, outline: Outline, stage: Stage | None) -> str:
    keyword, rest = statement.keyword, statement.rest
    if not rest and keyword not in MAY_BE_BARE:
        return f"{keyword} needs something after it: {FAILS}"
    listed = BLANK.split(rest, maxsplit=1)[-1] if keyword == "HEALTHCHECK" else rest if keyword in LISTS else ""
    if json_list(listed) is not None and as_list(listed) is None:
        return f"A list holds nothing but strings in double quotes: {FAILS}"
    if keyword == "ONBUILD" and onbuild(statement).keyword in NEVER_ON_BUILD:
        return f"ONBUILD can't keep {onbuild(statement).keyword}: {FAILS}"
    if stage is None:  # an ARG before the first FROM
        return image_settings.names_refused(statement)
    return REFUSALS[keyword](statement, outline, stage) if keyword in REFUSALS else ""


def _counted(text: str, outline: Outline, stage: Stage) -> str:
    return text if outline.in_image(stage) else f"{text} {image_settings.NOT_IN_IMAGE}"


def _kept(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Explain an ONBUILD by the instruction that it keeps."""
    kept = onbuild(statement)
    other = Stage(0, 0, "", "", None, statements=[kept])  # of the Dockerfile that starts from this image
    then = _told(kept, Outline({}, [other]), other).replace(FAILS, "that build will fail.")
    return _counted(
        f"Kept for later: Docker does it when another Dockerfile starts FROM this image. {then}", outline, stage
    )


def _unknown(statement: Statement) -> str:
    if not statement.word:
        return f"Nothing goes on after the {statement.escape}: {FAILS}"
    word = statement.word[:30]  # it may be anything, and long
    return f"No instruction is called {word}: {FAILS} {_hint(word.upper(), statement.escape)}"


def _hint(keyword: str, escape: str) -> str:
    begins = re.match("[A-Z]*", keyword)
    known = begins[0] if begins and begins[0] in KEYWORDS else ""
    if known and ODD_BLANK.match(keyword, len(known)):
        return f"After {known} comes a no-break space: type a plain blank there."
    if known:
        return f"Put a blank after {known}."
    if keyword.startswith("//"):
        return "A comment begins with #."
    if keyword.startswith(GOES_ON):
        return f"It looks like the rest of the line before it: end that one with {escape}"
    near = difflib.get_close_matches(keyword, KEYWORDS, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else "A command to run while building goes after RUN."


def _remarks(statement: Statement) -> Iterator[str]:
    """Point out what is easily overlooked in a line."""
    keyword, rest = statement.keyword, statement.rest
    words = name_words(rest, statement.escape) if keyword in NAMED else BLANK.split(rest) if keyword in PLAIN else []
    if any(word.startswith("#") for word in words):
        yield REMARK
    if must := NEEDED.findall(rest) if words else []:
        yield f"It fails where {must[0]} has no value."
    if keyword in KEYWORDS and ODD_BLANK.search(statement.arguments) and keyword not in NAMED:
        yield NO_SHELL_BLANK
