"""What all checks share, proved by states of three chapters."""

from __future__ import annotations

import pytest

from workbench.checks import engine_state

from . import test_build_image, test_set_up, test_work_inside, test_write_dockerfile
from .catalogue import Catalogue
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker
STATES = [
    state
    for chapter in (test_set_up, test_work_inside, test_write_dockerfile, test_build_image)
    for state in chapter.CATALOGUE.states
]
ENOUGH = {
    "system_among_others",
    "system_of_another_image",
    "system_without_labels",
    "system_before_the_page_began",
    "system_in_one_long_line",
    "system_without_a_log",
    "states_half_by_cli",
    "written_without_labels",
    "written_in_a_paused_container",
    "system_in_one_word",
    "states_other_codes",
    "kept_by_cli",
    "kept_nothing",
    "kept_the_base",
    "written_by_cli",
    "written_and_ended",
    "written_as_powershell_does",
    "sum_taken_too_early",
    "sum_not_taken",
    "sum_with_the_file",
    "srv_by_workdir",
    "results_by_cli",
    "results_elsewhere",
    "results_alone",
}
CATALOGUE = Catalogue(
    engine_state,
    [state for state in STATES if state.make.__name__ in ENOUGH],
    equivalent={
        "listed = self.client.containers.list(all=True, filters=filters, ignore_removed=True) | True -> False": (
            "no container goes in that very moment"
        ),
        "container.remove(force=True, v=True) | True -> False": "no image here has a volume",
        """return plain(log[-LOG_SIZE:].decode(errors="replace")).strip() | 'replace' -> 'replaceX'""": (
            "what is no text, the engine's usual log driver has replaced already"
        ),
    },
)


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
