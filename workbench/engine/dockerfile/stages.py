"""The stages of a Dockerfile: what each starts from, which of them make the image, and what holds on each line."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.engine.dockerfile.statements import BLANK, Statement
from workbench.engine.dockerfile.words import as_list, filled, known, name_words, unquoted, variables
from workbench.settings import BASE_IMAGE

SHELL = '["/bin/sh", "-c"]'
WINDOWS_SHELL = '["cmd", "/S", "/C"]'
WINDOWS = re.compile(r"nanoserver|servercore|windows/server|/windows[:/]")
SCRATCH = "scratch"
MOUNTED = re.compile(r"(?:^|,)from=([^,]+)")
# BuildKit gives these a value, docker-py's builder doesn't.
PLATFORM_ARGUMENTS = [f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "ARCH", "VARIANT")]


@dataclass
class Scene:
    """What the lines before have set.

    Attributes
    ----------
    shell : str
        A list in JSON.
    folder : str
        The working directory; empty where the image decides on it.
    values : dict of str to str
        What ENV and ARG give; empty where the file doesn't tell.
    """

    shell: str = SHELL
    folder: str = ""
    values: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Scene:
        """Give one that can be changed."""
        return Scene(self.shell, self.folder, dict(self.values))


@dataclass(eq=False)
class Stage:
    """What one FROM begins.

    Attributes
    ----------
    number : int
        Counted from 0.
    line : int
        Of its FROM.
    image : str
        What it starts from, with the values of ARG filled in.
    name : str
        In lowercase; empty where it has none.
    base : Stage, optional
        The stage that it starts from, where it isn't an image.
    end : Scene
        What holds after its last statement.
    statements : list of Statement
        Those after FROM.
    scenes : dict of int to Scene
        What holds before each of them, by its line.
    """

    number: int
    line: int
    image: str
    name: str
    base: Stage | None
    end: Scene = field(default_factory=Scene)
    statements: list[Statement] = field(default_factory=list)
    scenes: dict[int, Scene] = field(default_factory=dict)

    @property
    def bases(self) -> list[Stage]:
        """The stage itself, the one that it starts from, and so on."""
        found = [self]
        while found[-1].base:
            found.append(found[-1].base)
        return found

    @property
    def root(self) -> str:
        """The image at the bottom."""
        return self.bases[-1].image

    def last(self, keyword: str) -> Statement | None:
        """Find the last instruction of a kind: of CMD, ENTRYPOINT and HEALTHCHECK only that one counts."""
        return next((one for one in reversed(self.statements) if one.keyword == keyword), None)

    def entrypoint(self) -> tuple[Stage, Statement] | None:
        """Find the ENTRYPOINT that holds for this stage, and the stage that sets it."""
        return next(((stage, found) for stage in self.bases if (found := stage.last("ENTRYPOINT"))), None)

    def cmd(self) -> tuple[Stage, Statement] | None:
        """Find the CMD that holds for this stage; an ENTRYPOINT drops the one from below."""
        for stage in self.bases:
            if found := stage.last("CMD"):
                return stage, found
            if stage.last("ENTRYPOINT"):
                return None
        return None

    def scene(self, statement: Statement) -> Scene:
        """Give what holds before a statement."""
        return self.scenes.get(statement.line, self.end)

    def add(self, statement: Statement, arguments: dict[str, str]) -> None:
        """Take the next statement, and note what holds before and after it."""
        self.statements.append(statement)
        now = self.end
        self.scenes[statement.line] = now.copy() if "$" in statement.rest else Scene(now.shell, now.folder)
        if statement.keyword == "SHELL" and as_list(statement.rest):
            now.shell = statement.rest
        elif statement.keyword == "WORKDIR":
            path = known(unquoted(statement.rest, statement.escape) or "", now.values)
            sure = path is not None and (now.folder or path.startswith("/"))
            now.folder = posixpath.normpath(posixpath.join(now.folder, path or "")) if sure else ""
        elif statement.keyword in ("ENV", "ARG"):
            now.values |= {
                name: _value(statement, name, value, now, arguments) for name, value in assignments(statement)
            }


def _value(statement: Statement, name: str, value: str, now: Scene, arguments: dict[str, str]) -> str:
    """Give the value of a variable; empty where it isn't known."""
    if statement.keyword == "ARG" and not value:
        return arguments.get(name, "")
    return known(unquoted(value, statement.escape) or "", now.values) or ""


def assignments(statement: Statement) -> list[tuple[str, str]]:
    """Read the names and values of ENV, LABEL or ARG; ``ENV NAME VALUE`` is the old form."""
    words = name_words(statement.rest, statement.escape)
    if statement.keyword != "ARG" and words and "=" not in words[0]:
        name, *value = BLANK.split(statement.rest, maxsplit=1)
        return [(name, "".join(value))]
    return [(name, value) for name, _, value in (word.partition("=") for word in words)]


@dataclass(frozen=True)
class Outline:
    """What a Dockerfile is made of.

    Attributes
    ----------
    arguments : dict of str to str
        The ARG before the first FROM, with their values.
    stages : list of Stage
    """

    arguments: dict[str, str]
    stages: list[Stage]

    def at(self, line: int) -> Stage | None:
        """Find the stage that a line belongs to; None before the first FROM."""
        return next((stage for stage in reversed(self.stages) if stage.line <= line), None)

    def named(self, name: str, before: int | None = None) -> Stage | None:
        """Find a stage by its name, among those before a line where one is given."""
        found = [one for one in self.stages if one.name and one.name == name.lower()]
        return next((one for one in reversed(found) if before is None or one.line < before), None)

    def last_in_image(self, keyword: str) -> Statement | None:
        """Find the instruction of a kind that holds for containers."""
        return next((found for stage in self.stages[-1].bases if (found := stage.last(keyword))), None)

    def in_image(self, stage: Stage) -> bool:
        """Whether what a stage sets gets into the image, which is made from the last one."""
        return stage in self.stages[-1].bases

    def used(self, stage: Stage) -> bool:
        """Whether the image takes anything from a stage."""
        needed, waiting = set[Stage](), [self.stages[-1]]
        while waiting:
            one = waiting.pop()
            if one not in needed:
                needed.add(one)
                waiting += [*one.bases, *self._sources(one)]
        return stage in needed

    def _sources(self, stage: Stage) -> Iterator[Stage]:
        for statement in stage.statements:
            for flag in statement.flags:
                name, _, value = flag.partition("=")
                mounted = MOUNTED.search(value) if name == "--mount" else None
                source = value if name == "--from" else mounted[1] if mounted else ""
                if source and (found := self.source(source, stage)):
                    yield found

    def source(self, name: str, stage: Stage) -> Stage | None:
        """Find the stage that ``--from`` means, by name or number; None where it means an image."""
        if name.isdecimal() and not self.named(name):
            return self.stages[int(name)] if int(name) < stage.number else None
        return self.named(name, before=stage.line)


def outline(statements: list[Statement]) -> Outline:
    """Sort the statements by stages."""
    found = Outline({}, [])
    for one in statements:
        if one.keyword == "FROM":
            found.stages.append(_stage(one, found))
        elif found.stages:
            found.stages[-1].add(one, found.arguments)
        elif one.keyword == "ARG":
            for name, value in assignments(one):
                plain = unquoted(value, one.escape) or ""
                built = set(variables(plain)) & set(PLATFORM_ARGUMENTS)  # known to BuildKit only
                found.arguments[name] = "" if built else filled(plain, found.arguments)
    return found


def _stage(statement: Statement, above: Outline) -> Stage:
    image, *more = BLANK.split(statement.rest)
    name = more[1].lower() if len(more) > 1 and more[0].lower() == "as" else ""
    image = filled(unquoted(image, statement.escape) or image, above.arguments)
    base = above.named(image)
    return Stage(len(above.stages), statement.line, image, name, base, _beginning(image, base))


def _beginning(image: str, base: Stage | None) -> Scene:
    if base:
        return base.end.copy()
    shell = WINDOWS_SHELL if WINDOWS.search(image) else SHELL
    return Scene(shell, "/" if image in (SCRATCH, BASE_IMAGE) else "")
