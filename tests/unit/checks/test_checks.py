"""What all checks share; each check itself is tried on an engine, in ``tests/docker``."""

from __future__ import annotations

import re
from unittest import mock

import docker
import pytest
from docker.errors import APIError
from docker.models.images import Image

from workbench import checks
from workbench.checks import engine_state, startup
from workbench.checks.engine_state import CheckResult, EngineState
from workbench.errors import TutorialError


@pytest.fixture(name="engine")
def fixture_desk() -> EngineState:
    # Nothing is asked of this engine, which is nowhere.
    client = docker.DockerClient(base_url="tcp://127.0.0.1:1", version="1.41")
    return EngineState(client, "username/degrees_api", "username/degrees_api:1.0")


def test_an_unknown_exercise_is_an_error_that_names_those_there_are(engine: EngineState) -> None:
    with pytest.raises(TutorialError) as failure:
        checks.run("fly", engine)
    assert failure.value.what == "There is no check named 'fly'."
    assert all(name in failure.value.fix for name in checks.CHECKS)


def test_a_check_answers_what_it_is_asked(engine: EngineState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(checks.CHECKS, "same-engine", lambda given: CheckResult(given is engine, "it is."))
    assert str(checks.run("same-engine", engine)) == "Well done: it is."


def test_a_verdict_says_whether_and_why() -> None:
    assert str(CheckResult(ok=True, message="all is well.")) == "Well done: all is well."
    assert str(CheckResult(ok=False, message="why not?")) == "Not yet: why not?"


def test_exercises_have_names_that_can_be_typed() -> None:
    assert checks.CHECKS
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in checks.CHECKS)


def test_an_image_that_leaves_out_what_is_not_set_has_a_command() -> None:
    image = Image(attrs={"Id": "sha256:1", "Config": {"Cmd": ["python3"]}})  # as API 1.52 answers
    assert startup.command(image) == ["python3"]


def test_a_check_without_an_engine_says_so(engine: EngineState) -> None:
    said = str(checks.run("no-leftovers", engine))
    assert said.startswith("Not yet: No Docker Engine answers at ")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TutorialError("The registry does not answer.", "Start it."), "The registry does not answer. Start it."),
        (APIError("500", explanation="no space left"), "Docker answered: no space left. Does it say that again now?"),
    ],
)
def test_what_else_is_in_the_way_is_said(
    engine: EngineState, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    monkeypatch.setitem(checks.CHECKS, "fails", mock.Mock(side_effect=error))
    assert str(checks.run("fails", engine)) == f"Not yet: {said}"


def test_an_image_without_layers_has_none() -> None:
    assert engine_state.layers(Image(attrs={"Id": "sha256:1", "RootFS": {"Type": "layers"}})) == []
