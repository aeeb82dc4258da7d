"""The stages of a Dockerfile: what each starts from, and what holds on each of its lines."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from workbench.engine.dockerfile.statements import BLANK, Statement
from workbench.engine.dockerfile.words import as_list, known, name_words, unquoted

SHELL = '["/bin/sh", "-c"]'
SCRATCH = "scratch"


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
