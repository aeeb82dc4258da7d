"""What a Dockerfile says: its instructions, and what each of them will do."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.engine.dockerfile.effects import KEYWORDS, effect
from workbench.engine.dockerfile.outline import outline
from workbench.engine.dockerfile.statements import MARK, Statement, read


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes
    ----------
    line : int
        Where it begins, counted from 1.
    keyword : str
        In capitals, as ``FROM``; a word that Docker doesn't know as it is written.
    arguments : str
        The rest, with the lines joined that a backslash joins.
    effect : str
        What it will do, in a few sentences.
    """

    line: int
    keyword: str
    arguments: str
    effect: str


def instructions(text: str) -> list[Instruction]:
    """Read a Dockerfile as Docker does, as far as it can be read, and explain it.

    Where builders differ, each effect says what docker-py's builder does, and what ``docker build`` does with BuildKit.
    """
    statements = list(read(text))
    known = outline(statements)
    found = [Instruction(one.line, _keyword(one), one.arguments, effect(one, known)) for one in statements]
    if text.startswith(MARK) and found:
        first = found[0]
        marked = f"{first.effect} The file begins with a byte order mark, which Docker skips."
        found[0] = Instruction(first.line, first.keyword, first.arguments, marked)
    return found


def _keyword(statement: Statement) -> str:
    return statement.keyword if statement.keyword in KEYWORDS else statement.word
