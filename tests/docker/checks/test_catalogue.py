"""The catalogue is large enough, and what it proves is proved by mutants that are made well."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest

from workbench import checks

from . import test_build_image, test_run_and_test, test_set_up, test_share, test_work_inside, test_write_dockerfile
from .catalogue import State
from .mutation import load, mutants

CHAPTERS = (test_set_up, test_work_inside, test_write_dockerfile, test_build_image, test_run_and_test, test_share)
STATES = [state for chapter in CHAPTERS for state in chapter.CATALOGUE.states]
# The pages that break things have a catalogue of their own.
EXERCISES = [name for page, exercises in checks.PAGES.items() if "_break_" not in page for name in exercises]
SOURCE = '''\
"""What it is."""
LIMIT = 3
def verdict(boxes: "list[str]", limit: "int" = LIMIT) -> str:
    """Say it."""
    if not boxes or len(boxes) > limit:
        return f"{boxes} is too few or too many. Is it?"
    return "fine" + "!"
'''


def of(exercise: str, *, right: bool) -> list[State]:
    return [state for state in STATES if state.exercise == exercise and (not state.hint) == right]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_check_has_four_right_solutions_and_six_wrong_states(exercise: str) -> None:
    assert len(of(exercise, right=True)) >= 4
    assert len(of(exercise, right=False)) >= 6


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_solution_by_the_command_line_is_among_the_right_ones(exercise: str) -> None:
    assert any("workspace.docker(" in inspect.getsource(state.make) for state in of(exercise, right=True))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_of_the_page_is_among_the_right_ones(exercise: str) -> None:
    assert any("workspace.solve(" in inspect.getsource(state.make) for state in of(exercise, right=True))


def test_no_two_states_have_one_name() -> None:
    names = [str(state) for state in STATES]
    assert len(names) == len(set(names))


def test_a_verdict_fits_where_it_says_what_it_must() -> None:
    wrong = State(checks.set_up, "two-states", "none", print, "none runs")
    assert wrong.fits("Not yet: but none runs. Why?")
    assert not wrong.fits("Not yet: all run.")
    assert not wrong.fits("Well done: none runs.")
    right = State(checks.set_up, "two-states", "none", print)
    assert right.fits("Well done: it runs.")
    assert not right.fits("Well done: ")
    assert not right.fits("Not yet: it runs.")


def test_each_expression_has_its_mutants() -> None:
    assert [mutant.name.partition(" | ")[2] for mutant in mutants(SOURCE)] == [
        "3 -> 4",
        "not boxes or len(boxes) > limit -> True",
        "not boxes or len(boxes) > limit -> False",
        "not boxes or len(boxes) > limit -> not boxes and len(boxes) > limit",
        "not boxes or len(boxes) > limit -> len(boxes) > limit",
        "not boxes or len(boxes) > limit -> not boxes",
        "not boxes -> boxes",
        "len(boxes) > limit -> len(boxes) >= limit",
        "len(boxes) > limit -> len(boxes) <= limit",
        "'fine' + '!' -> 'fine' - '!'",
        "'fine' -> 'fineX'",
        "'!' -> '!X'",
    ]


def test_a_mutant_knows_who_reaches_it() -> None:
    reached = {mutant.name.partition(" | ")[2]: mutant.lines for mutant in mutants(SOURCE)}
    assert reached["not boxes -> boxes"] == {5}
    assert reached["'!' -> '!X'"] == {7}
    assert reached["3 -> 4"] == {3}, "where the constant is used"


def test_every_mutant_differs_from_the_original_and_can_be_loaded() -> None:
    original = ModuleType("original")
    original.__file__ = "original.py"
    before = ast.unparse(ast.parse(SOURCE))
    for mutant in mutants(SOURCE):
        assert ast.unparse(mutant.tree) != before
        assert hasattr(load(original, mutant.tree), "verdict")
