"""Console blocks of a page: what to type, where, and what the page says comes back.

A block is a fence of kind ``console``. A line that begins with a prompt is typed: ``$`` is the host's,
``root@7ad568453e0b:/#`` a shell's inside a container, ``>>>`` Python's. A line ``^C`` presses Ctrl-C.
Other lines are expected output, in which ``...`` stands for anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from enum import Enum
from itertools import product

from workbench.settings import APP_PORT, LOOPBACK, PUSH_PORT

from .sanitizing import Rule, sanitize

FENCE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<ticks>`{3,})console[ \t]*\n(?P<body>.*?)^(?P=indent)(?P=ticks)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
ANYTHING = "..."
FAILURE = re.compile(
    r"error|denied|not found|no such|cannot|can't|failed|refused|unauthorized|invalid|conflict|usage:",
    re.IGNORECASE,
)
# A stand-in has another CPython, built another day with another compiler.
STANDIN_RULES = [
    Rule("banner", "Python says when it was built", r"Python (3\.\S+) \([^)]*\)", r"Python \1 (BUILD)"),
    Rule("compiler", "and with which compiler", r"\[GCC [^\]]*\] on linux", "[GCC VERSION] on linux"),
]


class Prompt(Enum):
    """Who waits for a line, and how that looks on a page."""

    HOST = r"\$ "
    SHELL = r"root@[0-9a-f]{12}:(?P<folder>[^\s#]*)# ?"
    PYTHON = r">>> ?"
    # Not a prompt: the program in the foreground, which gets a key press.
    PROGRAM = r"\^C$"


@dataclass(frozen=True)
class Step:
    """One line to type.

    Attributes
    ----------
    prompt : Prompt
    command : str
        As the page has it; a line that ends in a backslash is joined with the next.
    folder : str
        What a shell's prompt inside shows as its folder.
    expected : str
        The output that the page shows.
    """

    prompt: Prompt
    command: str
    folder: str
    expected: str


@dataclass(frozen=True)
class Block:
    """One console block: its number on the page, from 1, and its steps."""

    number: int
    steps: list[Step]


@dataclass(frozen=True)
class Substitution:
    """What a page's placeholders stand for in one run.

    Attributes
    ----------
    username : str
        Typed where the page says ``username``.
    port : int
        Host port for the page's 5000.
    registry : str
        The push target's address, for the page's 127.0.0.1:5002.
    """

    username: str
    port: int
    registry: str
    placeholder: str = field(default=f"{LOOPBACK}:{PUSH_PORT}", init=False)

    def typed(self, step: Step) -> str:
        """Give the line to type for a step.

        Only the host's side of ``-p 127.0.0.1:5000:5000`` changes. Inside a container 5000 is the
        container's own port, also for what ``docker exec`` sends there.
        """
        line = re.sub(r"(?<![\w-])username\b", self.username, step.command)
        if step.prompt is not Prompt.HOST:
            return line
        line = line.replace(self.placeholder, self.registry)
        if re.search(r"\bdocker (?:container )?exec\b", line):
            return line
        line = re.sub(rf"(?<![\w.])(127\.0\.0\.1|localhost|0\.0\.0\.0):{APP_PORT}\b", rf"\g<1>:{self.port}", line)
        return re.sub(rf"((?:-p|--publish)[ =]){APP_PORT}:", rf"\g<1>{self.port}:", line)

    def shown(self, output: str) -> str:
        """Turn an output back into what the page would show."""
        output = output.replace(self.registry, self.placeholder).replace(self.username, "username")
        return re.sub(rf"(?<!\d){self.port}(?!\d)", str(APP_PORT), output)


def parse_blocks(markdown: str) -> list[Block]:
    """Find the console blocks of a text.

    Raises
    ------
    ValueError
        Where a block begins with something that nobody typed.
    """
    return [Block(number, list(_steps(number, body))) for number, body in enumerate(_bodies(markdown), 1)]


def _bodies(markdown: str) -> Iterator[list[str]]:
    for fence in FENCE.finditer(markdown):
        lines = (line.removeprefix(fence["indent"]) for line in fence["body"].splitlines())
        yield "\n".join(lines).replace("\\\n", "").splitlines()


def _steps(number: int, lines: list[str]) -> Iterator[Step]:
    starts = [at for at, line in enumerate(lines) if _typed_at(line)]
    if any(line.strip() for line in lines[: starts[0] if starts else None]):
        raise ValueError(f"console block {number} begins with a line that has no prompt: {lines[0]}")
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        found = _typed_at(lines[start])
        if found is None:
            continue
        prompt, match = found
        folder = match.groupdict().get("folder") or ""
        yield Step(prompt, lines[start][match.end() :].strip(), folder, "\n".join(lines[start + 1 : end]).strip("\n"))


def _typed_at(line: str) -> tuple[Prompt, re.Match[str]] | None:
    matches = ((prompt, re.match(prompt.value, line)) for prompt in Prompt)
    return next(((prompt, match) for prompt, match in matches if match), None)


def agrees(expected: str, got: str, rules: Iterable[Rule]) -> bool:
    """Tell whether an output is what the page shows, up to white space, the rules and ``...``.

    A line that holds only ``...`` stands for any number of lines, none included. For doctest it
    would be one at least, so it is tried with and without.
    """
    rules = list(rules)
    have = sanitize(got, rules) + "\n"
    lines = sanitize(expected, rules).splitlines()
    choices = [(line, "") if line.strip() == ANYTHING else (line,) for line in lines]
    wanted = ("\n".join(chosen) + "\n" for chosen in product(*choices))
    return any(OutputChecker().check_output(want, have, ELLIPSIS | NORMALIZE_WHITESPACE) for want in wanted)


def ends_in_text(expected: str) -> bool:
    """Tell whether the page shows how an output ends."""
    return bool(expected.strip(". \n")) and expected.splitlines()[-1].strip() != ANYTHING


def shows_failure(expected: str, got: str) -> bool:
    """Tell whether a reader of the page learns that the command fails.

    Either the page shows words of an error, or it shows the end of the output, and that is an error.
    """
    last = got.strip().rpartition("\n")[2]
    return bool(FAILURE.search(expected) or (ends_in_text(expected) and FAILURE.search(last)))
