"""SECURITY.md: each promise names a test, and the test is there."""

from __future__ import annotations

import ast
import re

import pytest

from workbench.settings import PATHS

TEXT = (PATHS.root / "SECURITY.md").read_text(encoding="utf-8")
PROMISES = [row.split(" | ") for row in re.findall(r"^\| (.+) \|$", TEXT, re.MULTILINE)]
PROMISES = [row for row in PROMISES if row[0] not in ("promise", "---")]


def test_each_row_is_a_promise_and_its_proof() -> None:
    assert len(PROMISES) >= 20
    assert {len(row) for row in PROMISES} == {2}
    assert all(row[0].endswith(".") for row in PROMISES)


@pytest.mark.parametrize("proof", [row[-1] for row in PROMISES])
def test_the_proof_of_a_promise_is_a_test(proof: str) -> None:
    named = re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", proof)
    assert named
    functions = [
        node for node in ast.parse((PATHS.root / named[1]).read_text()).body if isinstance(node, ast.FunctionDef)
    ]
    assert named[2] in {function.name for function in functions}
