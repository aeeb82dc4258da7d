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
JUDGED = "tests/docker/lesson/test_judgement.py opens pages side by side, which no state here does"
CHAPTERS = "states of chapters 05 and 06 tell it, which need more than these"
REFUSED = "the engine says by a code what newer ones refuse"
CATALOGUE = Catalogue(
    engine_state,
    [state for state in STATES if state.make.__name__ in ENOUGH],
    equivalent={
        "FAILED = 126  # what a shell says of a command that can't be started | 126 -> 1": REFUSED,
        "FAILED = 126  # what a shell says of a command that can't be started | 126 -> 12600": REFUSED,
        "LOG_SIZE = 1_000_000  # bytes of a log that are read, the last ones | 1000000 -> 1000"
        "0": "no log here is as long as that, but for one line that is cut",
        "LOG_SIZE = 1_000_000  # bytes of a log that are read, the last ones | 1000000 -> 1000"
        "00000": "no log here is as long as that, but for one line that is cut",
        "alone: bool = True | True -> False": JUDGED,
        "def containers(self, image: str = \"\") -> list[Container]: | '' -> 'X'": CHAPTERS,
        'filters: dict[str, str | list[str] | bool] = {"ancestor": image} if image else {} | image -> False': CHAPTERS,
        'filters: dict[str, str | list[str] | bool] = {"ancestor": image} if image else {} | image -> True': CHAPTERS,
        "found = self.find_image(image) if image and listed else None | image and listed -> True": CHAPTERS,
        "found = self.find_image(image) if image and listed else None | image and listed -> image": CHAPTERS,
        "found = self.find_image(image) if image and listed else None | image and listed -> image or listed": CHAPTERS,
        "found = self.find_image(image) if image and listed else None | image and listed -> listed": CHAPTERS,
        "if error.status_code not in (HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST): | error.st"
        "atus_code not in (HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST) -> False": REFUSED,
        "if error.status_code not in (HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST): | error.st"
        "atus_code not in (HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST) -> True": REFUSED,
        "if error.status_code not in (HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST): | error.st"
        "atus_code not in (HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST) -> error.status_code i"
        "n (HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST)": REFUSED,
        "if self.session not in name or LABEL in image.labels: | self.session not in name or L"
        "ABEL in image.labels -> False": JUDGED,
        "if self.session not in name or LABEL in image.labels: | self.session not in name or L"
        "ABEL in image.labels -> LABEL in image.labels": JUDGED,
        "if self.session not in name or LABEL in image.labels: | self.session not in name or L"
        "ABEL in image.labels -> True": JUDGED,
        "if self.session not in name or LABEL in image.labels: | self.session not in name or L"
        "ABEL in image.labels -> self.session not in name and LABEL in image.labels": JUDGED,
        'matching = [one for one in listed if found is None or one.attrs["Image"] == found.id]'
        " | found is None or one.attrs['Image'] == found.id -> one.attrs['Image'] == found.id": CHAPTERS,
        "raise TutorialError( | 'Get it back: docker pull ' -> 'Get it back: docker pull X'": (
            "the base is everybody's, and no state takes it away"
        ),
        "return FAILED, \"\" | '' -> 'X'": REFUSED,
        "return False | False -> True": CHAPTERS,
        'return [container for container in self.containers(image) if container.status == "run'
        "ning\"] | 'running' -> 'runningX'": CHAPTERS,
        'return [container for container in self.containers(image) if container.status == "run'
        "ning\"] | container.status == 'running' -> False": CHAPTERS,
        'return [container for container in self.containers(image) if container.status == "run'
        "ning\"] | container.status == 'running' -> True": CHAPTERS,
        'return [container for container in self.containers(image) if container.status == "run'
        "ning\"] | container.status == 'running' -> container.status != 'running'": CHAPTERS,
        "seen: dict[str, str] = field(default_factory=dict, compare=False) | False -> True": JUDGED,
        "self.seen[f\"image {name}\"] = str(image.id) | 'image ' -> 'image X'": JUDGED,
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
