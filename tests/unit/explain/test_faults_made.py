"""Which causes have their fault made to happen, and why the others have not."""

from __future__ import annotations

import re

from workbench.explain.causes import CAUSES
from workbench.settings import PATHS

MADE = re.compile(r'Fault\(\s*"([a-z0-9-]+)"|confirmed\) == \("([a-z0-9-]+)"')
NOT_MADE = {
    "hub-unreachable": "depends on the network of whoever runs the tests",
    "compiler-missing": "the stand-in has no compiler, Docker Hub's image has one",
    "externally-managed": "the base image has a Python of its own",
}


def made() -> set[str]:
    sources = [path.read_text() for path in (PATHS.root / "tests/faults").glob("test_*.py")]
    return {one or other for source in sources for one, other in MADE.findall(source)}


def test_every_cause_has_its_fault_made_or_a_reason_why_not() -> None:
    keys = {cause.key for cause in CAUSES}
    assert made() <= keys
    assert keys - made() == NOT_MADE.keys()


def test_more_than_thirty_different_faults_are_made() -> None:
    assert len(made()) >= 30
