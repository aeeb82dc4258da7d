"""The notebooks as they are stored: what a reader gets to see, and what nbval has to compare with."""

from __future__ import annotations

import re
import runpy
import socket
from pathlib import Path

import pytest
from nbval.plugin import get_sanitize_patterns

from workbench import checks
from workbench.book import notebooks
from workbench.settings import PATHS
from workbench.widgets.exercises import ExercisesView

from . import facts, machine, pages, rules, sanitizing
from .pages import Page
from .transcript import parse_blocks

each_page = pytest.mark.parametrize("page", [pages.read(path) for path in pages.NOTEBOOKS], ids=lambda page: page.name)
SANITIZER = sanitizing.FILE.read_text(encoding="utf-8")
SANITIZER_RULES = sanitizing.read_rules(SANITIZER)


def test_notebooks_are_there() -> None:
    found = [pages.read(path) for path in pages.NOTEBOOKS]
    chapters = [page.name[:2] for page in found if not page.breaks]
    assert chapters == [f"{n:02}" for n in range(1, len(chapters) + 1)]
    assert [page.name[:2] for page in found if page.breaks] == ["03", "04", "05", "06"]


def test_bench_measures_the_chapters_and_no_page_beside_them() -> None:
    journey = runpy.run_path(str(PATHS.root / "benchmarks/journey.py"))["JOURNEY"]
    assert list(journey) == [path.stem for path in pages.NOTEBOOKS if not pages.read(path).breaks]


@pytest.mark.parametrize("rule", rules.RULES)
@each_page
def test_page_keeps_rule(page: Page, rule: str) -> None:
    assert list(rules.RULES[rule](page)) == []


@each_page
def test_page_keeps_this_machine_to_itself(page: Page) -> None:
    assert list(machine.leaks(page, machine.words())) == []
    assert list(machine.names_host(page, socket.gethostname())) == []


@each_page
def test_page_shows_the_exercises_that_there_are_and_nobodys_progress(page: Page) -> None:
    names = {name: list(exercises) for name, exercises in checks.PAGES.items()}
    models = page.notebook.metadata["widgets"][notebooks.WIDGETS]["state"].values()
    stored = {model["state"].get("snapshot") for model in models}
    assert ExercisesView(page.name, names, kept=False).snapshot in stored
    asked = re.findall(r'^lesson\.check\("(.+)"\)$', page.sources, re.MULTILINE)
    assert asked == names[page.name], "in the order of the page"


@pytest.mark.parametrize("path", facts.paths(), ids=lambda path: str(path.relative_to(PATHS.root)))
def test_versions_agree_with_the_settings(path: Path) -> None:
    other = facts.disagreements(facts.text_of(path))
    assert [literal for literal in other if not facts.is_deliberate(path.name, literal)] == []


@pytest.mark.parametrize("known", facts.DELIBERATE, ids=lambda known: known.literal)
def test_deliberate_versions_are_still_there(known: facts.Deliberate) -> None:
    (path,) = (path for path in facts.paths() if path.name == known.page)
    assert known.reason
    assert any(facts.is_deliberate(path.name, literal) for literal in facts.disagreements(facts.text_of(path)))


def test_sanitizer_is_read_as_nbval_reads_it() -> None:
    assert get_sanitize_patterns(SANITIZER) == [(rule.regex, rule.replacement) for rule in SANITIZER_RULES]
    assert SANITIZER.count("\n[") == len(SANITIZER_RULES), "a section without a regex and its replacement"


@pytest.mark.parametrize("rule", SANITIZER_RULES, ids=lambda rule: rule.name)
def test_sanitizer_rule_has_reason_and_replacement(rule: sanitizing.Rule) -> None:
    assert rule.reason, "a comment right below the header says why this may differ"
    assert rule.replacement.strip(), "an empty replacement vanishes when an editor strips the space before it"


def test_sanitizer_rules_are_all_needed() -> None:
    found = [pages.read(path) for path in pages.NOTEBOOKS]
    outputs = [text for page in found for _, text in pages.shown(page)]
    transcripts = [step.expected for page in found for block in parse_blocks(page.prose) for step in block.steps]
    assert sanitizing.dead(SANITIZER_RULES, outputs + transcripts) == []
