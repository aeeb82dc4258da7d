"""What all checks share, proved by states of three chapters."""

from __future__ import annotations

import pytest

from workbench.checks import desk

from . import test_build_image, test_set_up, test_work_inside
from .catalogue import Catalogue
from .stage import Stage

pytestmark = pytest.mark.docker
CATALOGUE = Catalogue(
    desk,
    [
        *test_set_up.CATALOGUE.states,
        *(state for state in test_work_inside.CATALOGUE.states if state.exercise == test_work_inside.KEPT),
        *(state for state in test_build_image.CATALOGUE.states if state.exercise == test_build_image.RESULTS),
    ],
)


def test_no_mutant_survives(stage: Stage) -> None:
    assert "\n".join(stage.survivors()) == ""
