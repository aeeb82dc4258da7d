"""Small changes to a module, one at a time: what a test must notice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

OPPOSITE: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
}
LARGE = 100  # from here on, a number that is one off is no other number
# What a student reads. A catalogue names a part of it, so a word more in it is not noticed.
SENTENCE = re.compile(r"(?:[?.]|: \{\})$")
NEVER_RUN = {"annotation", "returns", "decorator_list"}


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes
    ----------
    name : str
        The first line of the changed statement, and the change.
    lines : frozenset of int
        Where the statement stands. For a constant of the module, where it is used; empty where that is nowhere.
    tree : ast.Module
    """

    name: str
    lines: frozenset[int]
    tree: ast.Module

    def reached_by(self, lines: set[int]) -> bool:
        """Tell whether who runs these lines runs the changed statement."""
        return not self.lines or not lines.isdisjoint(self.lines)


@dataclass(frozen=True)
class _Change:
    old: ast.expr
    new: ast.expr
    statement: ast.stmt
    inside: bool  # a function


def mutants(source: str) -> Iterator[Mutant]:
    """Change one comparison, condition, boolean, sum, number or word of a module at a time."""
    for number in range(len(_changes(ast.parse(source)))):
        tree = ast.parse(source)
        change = _changes(tree)[number]
        first = source.splitlines()[change.statement.lineno - 1].strip()
        name = f"{first} | {ast.unparse(change.old)} -> {ast.unparse(change.new)}"
        _Swap(change).visit(tree)
        lines = _lines(change.statement) if change.inside else _uses(change.statement, tree)
        yield Mutant(name, lines, ast.fix_missing_locations(tree))


def load(original: ModuleType, tree: ast.Module) -> ModuleType:
    """Make a module in the place of another, which nobody else sees."""
    module = ModuleType(original.__name__)
    module.__file__ = original.__file__
    exec(compile(tree, str(original.__file__), "exec"), module.__dict__)
    return module


class _Swap(ast.NodeTransformer):
    def __init__(self, change: _Change) -> None:
        self._change = change

    def visit(self, node: ast.AST) -> ast.AST:
        return self._change.new if node is self._change.old else super().generic_visit(node)


def _lines(statement: ast.stmt) -> frozenset[int]:
    """Give the lines of a statement; of one that holds others, those of its head."""
    body = getattr(statement, "body", None)
    return frozenset(range(statement.lineno, body[0].lineno if body else (statement.end_lineno or 0) + 1))


def _uses(constant: ast.stmt, tree: ast.Module) -> frozenset[int]:
    """Give the lines of functions in which a constant of the module is used."""
    names = {node.id for node in ast.walk(constant) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    used = (node for function in functions for node in ast.walk(function) if isinstance(node, ast.Name))
    return frozenset(node.lineno for node in used if node.id in names)


def _changes(tree: ast.Module) -> list[_Change]:
    return list(_below(tree, tree.body[0], inside=False))


def _below(node: ast.AST, statement: ast.stmt, *, inside: bool) -> Iterator[_Change]:
    """Walk down from a node, and yield each change of an expression below it."""
    inside = inside or isinstance(node, ast.FunctionDef)
    for field, value in ast.iter_fields(node):
        children = [child for child in (value if isinstance(value, list) else [value]) if isinstance(child, ast.AST)]
        for child in [] if field in NEVER_RUN else children:
            if isinstance(child, ast.expr):
                condition = field == "ifs" or (field == "test" and not isinstance(node, ast.While))
                others: list[ast.expr] = [ast.Constant(True), ast.Constant(False)] if condition else []
                words = isinstance(child, ast.Constant) and isinstance(child.value, str)
                skipped = words and _is_sentence(node if isinstance(node, ast.JoinedStr) else child)
                others += [] if skipped or _is_docstring(node) else _alternatives(child)
                yield from (_Change(child, other, statement, inside) for other in others)
            yield from _below(child, child if isinstance(child, ast.stmt) else statement, inside=inside)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_sentence(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
        return SENTENCE.search("".join(map(str, parts))) is not None
    return isinstance(node, ast.Constant) and SENTENCE.search(str(node.value)) is not None


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """List what could stand in the place of an expression by a slip."""
    if isinstance(node, ast.Compare):
        return [ast.Compare(node.left, [other()], node.comparators) for other in OPPOSITE[type(node.ops[0])]]
    if isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        fewer = [[value for value in node.values if value is not left_out] for left_out in node.values]
        return [
            ast.BoolOp(other, node.values),
            *(values[0] if len(values) == 1 else ast.BoolOp(node.op, values) for values in fewer),
        ]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        return [ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)]
    if isinstance(node, ast.Constant):
        return [ast.Constant(value) for value in _other_values(node.value)]
    return []


def _other_values(value: object) -> list[str | int | float | bool]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value * LARGE, value // LARGE] if value >= LARGE else [value + 1]
    return [value + "X"] if isinstance(value, str) else []
