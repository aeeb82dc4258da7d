"""What COPY and ADD copy, from where and to where, and what Docker refuses."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from workbench.engine.dockerfile.flags import FAILS, value
from workbench.engine.dockerfile.outline import Outline
from workbench.engine.dockerfile.stages import Stage
from workbench.engine.dockerfile.startup import BUILDKIT_KNOWS
from workbench.engine.dockerfile.statements import HEREDOC, Statement
from workbench.engine.dockerfile.words import known, paths, said, unquoted

CONTEXT = "the build context"
ADDRESS = re.compile(r"https?://", re.IGNORECASE)
REPOSITORY = re.compile(r"git://|ssh://|\w+@[\w.-]+:|github\.com/|https?://\S+\.git(?:#|$)", re.IGNORECASE)
ARCHIVE = re.compile(r"\.(?:tar(?:\.(?:gz|bz2|xz|zst))?|tgz|tbz2?|txz)$")
ABSOLUTE = re.compile(r"[/$]|[A-Za-z]:")
WILDCARD = re.compile(r"[*?[]")


@dataclass(frozen=True)
class Copied:
    """The arguments of COPY or ADD, without quotes.

    Attributes
    ----------
    sources : list of str
        Paths and addresses; a heredoc is none of them.
    target : str
    variables : dict of str to str
        What has a value there, as far as the file tells.
    """

    sources: list[str]
    target: str
    variables: dict[str, str]

    @property
    def values(self) -> list[str]:
        """The sources with the values of variables, where the file gives them all."""
        return [known(one, self.variables) or one for one in self.sources]

    @property
    def to_folder(self) -> bool:
        """Whether the target ends with a slash, or may do so."""
        target = known(self.target, self.variables) or self.target
        return target.endswith("/") or "$" in self.target.rpartition("/")[2]


def copied(statement: Statement, stage: Stage) -> Copied | None:
    """Read the arguments; None where a quote isn't closed."""
    words = [unquoted(word, statement.escape) for word in paths(statement.rest)]
    plain = [word for word in words if word is not None]
    if len(plain) < len(words) or not plain:
        return None
    names = [word for word in plain[:-1] if not HEREDOC.fullmatch(word)]
    return Copied(names, plain[-1], stage.scene(statement).values)


def refusal(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Say why Docker refuses a COPY or an ADD; empty where it doesn't."""
    keyword = statement.keyword
    if len(paths(statement.rest)) < 2:  # noqa: PLR2004 - from and to
        return f"{keyword} needs what to copy and where to: {FAILS}"
    found = copied(statement, stage)
    if found is None:
        return f"It has a quote or a ${{ that Docker can't read: {FAILS}"
    if HEREDOC.fullmatch(found.target):
        return f"It doesn't say where to, after the word for the lines: {FAILS}"
    if keyword == "COPY" and any(map(ADDRESS.match, found.values)):
        return f"COPY takes no address, only files; ADD does: {FAILS}"
    return _source_refused(value(statement.flags, "from"), outline, stage)


def _source_refused(source: str, outline: Outline, stage: Stage) -> str:
    if "$" in source:
        return f"--from takes no variable. Give the image a name with FROM ... AS: {FAILS}"
    later = outline.named(source) if source else None
    if later and later.line >= stage.line and not outline.named(source, before=stage.line):
        which = "this stage" if later is stage else f"a stage that begins later, on line {later.line}"
        return f"--from={source} is {which}. Only a stage before this one can be copied from: {FAILS}"
    if source.isdecimal() and not outline.source(source, stage):
        return f"--from={source} is not the number of a stage before this one; the first is 0: {FAILS}"
    return ""


def effect(statement: Statement, outline: Outline, stage: Stage) -> str:
    """Say what a COPY or an ADD will do."""
    found = copied(statement, stage)
    if found is None:
        return ""
    to = _to(found, stage.scene(statement).folder)
    said_of = [*_files(statement, found, outline, stage, to), *_inline(statement, to)]
    owner = value(statement.flags, "chown")
    return " ".join([*said_of, *([f"They belong to {owner}."] if owner else []), *_slash(found)])


def _files(statement: Statement, found: Copied, outline: Outline, stage: Stage, to: str) -> list[str]:
    if not found.sources:
        return []
    origin = _origin(value(statement.flags, "from"), outline, stage)
    if statement.keyword == "COPY":
        names = "everything" if origin == CONTEXT and found.sources in (["."], ["./"]) else ", ".join(found.sources)
        return [f"Copies {names} from {origin} to {to}: a new layer."]
    return [*_added(found, to), "It makes a new layer."]


def _origin(source: str, outline: Outline, stage: Stage) -> str:
    if not source:
        return CONTEXT
    if from_stage := outline.source(source, stage):
        return f"the stage {source}, which begins on line {from_stage.line},"
    return "an empty image" if source == "scratch" else f"the image {source}, which Docker pulls if it isn't there,"


def _added(found: Copied, to: str) -> list[str]:
    """Say what ADD does with each kind of source."""
    kinds: dict[str, list[str]] = {}
    for name, value_ in zip(found.sources, found.values, strict=True):
        kinds.setdefault(_kind(value_), []).append("everything" if name in (".", "./") else name)
    texts = {
        "repository": "docker build with BuildKit clones {} to {}; docker-py's builder can't clone a repository.",
        "address": "Downloads {} to {}, and unpacks nothing of it.",
        "archive": "Unpacks {} from the build context to {}: ADD does that with tar archives, and COPY doesn't.",
        "variable": "Takes what {} names, a file or an address, to {}.",
        "file": "Copies {} from the build context to {}. Unlike COPY, ADD also unpacks tar archives and fetches URLs.",
    }
    return [texts[kind].format(", ".join(names), to) for kind, names in kinds.items()]


def _kind(source: str) -> str:
    if REPOSITORY.match(source):
        return "repository"
    if ADDRESS.match(source):
        return "address"
    if source.startswith("$"):
        return "variable"
    return "archive" if ARCHIVE.search(source) else "file"


def _inline(statement: Statement, to: str) -> list[str]:
    if not statement.heredocs:
        return []
    names = said([one.name for one in statement.heredocs])
    return [
        f"Writes the lines up to {names} to {to}: a new layer.",
        f"docker-py's builder doesn't know this form: {FAILS} {BUILDKIT_KNOWS}",
    ]


def _to(found: Copied, folder: str) -> str:
    if ABSOLUTE.match(found.target):
        return f"{found.target} in the image"
    where = f"the working directory{f' {folder}' if folder else ''}"
    rest = posixpath.normpath(found.target)
    return where if rest == "." else f"{found.target} in {where}"


def _slash(found: Copied) -> list[str]:
    """Say what docker-py's builder refuses and BuildKit takes."""
    if found.to_folder or not found.sources:
        return []
    wanted = "docker-py's builder wants a / at the end of the path that they are copied to"
    plain = [one for one in found.sources if not WILDCARD.search(one)]
    if len(plain) > 1:
        return [f"{wanted}: {FAILS} docker build takes it where it uses BuildKit."]
    if len(plain) < len(found.sources):
        return [f"If more than one file matches, {wanted}."]
    return []


def above_context(statement: Statement, stage: Stage) -> str:
    """Say that a path leaves the build context; empty where none does."""
    found = copied(statement, stage)
    if found is None or value(statement.flags, "from"):
        return ""
    above = [one for one in found.values if not ADDRESS.match(one) and posixpath.normpath(one).startswith("..")]
    if not above:
        return ""
    return (
        f"{above[0]} is outside the build context, which docker-py's builder refuses: {FAILS} "
        "BuildKit leaves the .. out and looks in the context."
    )
