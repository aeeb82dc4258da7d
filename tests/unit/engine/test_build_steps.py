"""What is noted of a build's output; what the engine then has is in ``tests/docker``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import docker
import pytest

from workbench.engine import build_steps
from workbench.engine.labels import label_filter, lesson_labels
from workbench.errors import TutorialError
from workbench.settings import Paths

SESSION = "ada/degrees_api"
BASE, CACHED, COPIED, CONTAINER, RUN = (digit * 12 for digit in "abcde")
# As Docker Engine 20.10 sent them.
SAID = [
    "Step 1/4 : FROM python:3.8.10",
    "\n",
    f" ---> {BASE}\n",
    "Step 2/4 : ENV ONE=1",
    "\n",
    " ---> Using cache\n",
    f" ---> {CACHED}\n",
    "Step 3/4 : COPY degrees_api.py /\n",
    f" ---> {COPIED}\n",
    "Step 4/4 : RUN pip install Flask",
    "\n",
    f" ---> Running in {CONTAINER}\n",
    "a program that prints  ---> 0123456789ab\n",
    f" ---> {RUN}\n",
]


@pytest.fixture(name="builds")
def fixture_builds(paths: Paths) -> Path:
    return paths.state / "builds"


def as_dict(text: str) -> dict[str, str]:
    return {"stream": text}


def as_line(text: str) -> bytes:
    return json.dumps({"stream": text}, separators=(",", ":")).replace(">", r"\u003e").encode() + b"\r\n"


class Api:
    """An engine whose every build says the same."""

    def __init__(self, events: list[Any]) -> None:
        self._events = events

    def build(self, **_options: Any) -> Iterator[Any]:
        """Say it."""
        return iter(self._events)


def client(events: list[Any]) -> docker.DockerClient:
    return cast(docker.DockerClient, SimpleNamespace(api=Api(events)))


def notes(builds: Path) -> list[str]:
    return [line for file in builds.glob("*") for line in file.read_text().splitlines()]


@pytest.mark.parametrize("as_sent", [as_dict, as_line])
def test_what_a_build_made_is_noted_and_what_it_found_is_not(paths: Paths, as_sent: Any, builds: Path) -> None:
    events = list(map(as_sent, SAID))
    reading = client(events)
    build_steps.read_along(paths, reading)
    assert list(reading.api.build(labels=lesson_labels(SESSION))) == events
    assert notes(builds) == [COPIED, CONTAINER, RUN]
    assert build_steps.noted(paths, label_filter("lesson", SESSION)) == [{"Labels": lesson_labels(SESSION)}]
    assert build_steps.noted(paths, label_filter("lesson", f"{SESSION}-2")) == []


def test_a_second_lesson_with_the_same_client_notes_nothing_twice(paths: Paths, builds: Path) -> None:
    reading = client(list(map(as_dict, SAID)))
    for _ in range(2):
        build_steps.read_along(paths, reading)
    list(reading.api.build(labels=lesson_labels(SESSION)))
    assert len(notes(builds)) == 3


@pytest.mark.parametrize("options", [{}, {"labels": None}, {"labels": {"made-by": "hand"}}])
def test_of_a_build_without_our_labels_nothing_is_noted(paths: Paths, options: dict[str, Any], builds: Path) -> None:
    reading = client(list(map(as_dict, SAID)))
    build_steps.read_along(paths, reading)
    assert len(list(reading.api.build(**options))) == len(SAID)
    assert not builds.exists()


def test_where_nothing_can_be_noted_the_page_says_so(paths: Paths, builds: Path) -> None:
    builds.parent.mkdir()
    builds.write_text("a file where a folder belongs")
    reading = client(list(map(as_dict, SAID)))
    build_steps.read_along(paths, reading)
    with pytest.raises(TutorialError, match=r"The page can't note what its build makes: .* can't be written"):
        list(reading.api.build(labels=lesson_labels(SESSION)))
