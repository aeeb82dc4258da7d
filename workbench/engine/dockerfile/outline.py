"""A Dockerfile as a whole: its stages, which of them make the image, and what they take from each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.engine.dockerfile.stages import SCRATCH, SHELL, Scene, Stage, assignments
from workbench.engine.dockerfile.statements import BLANK, Statement
from workbench.engine.dockerfile.words import filled, unquoted, variables
from workbench.settings import BASE_IMAGE

WINDOWS_SHELL = '["cmd", "/S", "/C"]'
WINDOWS = re.compile(r"nanoserver|servercore|windows/server|/windows[:/]")
MOUNTED = re.compile(r"(?:^|,)from=([^,]+)")
# BuildKit gives these a value, docker-py's builder doesn't.
PLATFORM_ARGUMENTS = [f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "ARCH", "VARIANT")]


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
