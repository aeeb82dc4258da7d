"""What is tested by its text."""

from __future__ import annotations

from workbench.explain.causes import CAUSES

from . import test_texts_building, test_texts_machine, test_texts_running


def test_a_cause_that_no_test_makes_happen_has_a_text() -> None:
    texts = [*test_texts_building.TEXTS, *test_texts_machine.TEXTS, *test_texts_running.TEXTS]
    # Its own words leave open which of these it is: see the candidates.
    candidates = {"certificate-expired", "mount-permission"}
    assert {cause.key for cause in CAUSES if cause.not_made} <= {one.key for one in texts} | candidates
