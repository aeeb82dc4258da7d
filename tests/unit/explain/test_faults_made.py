"""Which causes have their fault made to happen, and why the others have not."""

from __future__ import annotations

import re

import pytest

from workbench.explain.cause import Cause
from workbench.explain.causes import CAUSES
from workbench.settings import PATHS

MADE = re.compile(r'Fault\(\s*"([a-z0-9-]+)"|confirmed\) == \("([a-z0-9-]+)"')


def made() -> set[str]:
    sources = [path.read_text() for path in (PATHS.root / "tests/faults").glob("test_*.py")]
    return {one or other for source in sources for one, other in MADE.findall(source)}


def test_only_known_causes_are_made() -> None:
    assert made() <= {cause.key for cause in CAUSES}


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_a_cause_has_its_fault_made_or_says_why_not(cause: Cause) -> None:
    assert (cause.key in made()) is not bool(cause.not_made)


def test_more_than_sixty_different_faults_are_made() -> None:
    assert len(made()) >= 60
