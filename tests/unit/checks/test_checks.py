"""What all checks share; each check itself is tried on an engine, in ``tests/docker``."""

from __future__ import annotations

import io
import re
import tarfile
from types import SimpleNamespace
from typing import Any
from unittest import mock

import docker
import pytest
from docker.errors import APIError
from docker.models.images import Image

from workbench import checks
from workbench.checks import engine_state, startup, work_inside
from workbench.checks.engine_state import CheckResult, EngineState, why_not_started
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


EXEC = 'exec: "pythn": executable file not found in $PATH'
RUNC = "OCI runtime create failed: runc create failed: unable to start container process:"
TASK = f"failed to create task for container: failed to create shim task: {RUNC}"


@pytest.mark.parametrize(
    "said",
    [
        f"failed to create shim task: {RUNC} {EXEC}: unknown",
        f"{TASK} {EXEC}: unknown",
        f"{TASK} error during container init: {EXEC}",
        EXEC,
    ],
    ids=["20.10", "26", "28", "bare"],
)
def test_what_could_not_be_started_is_told_alike_on_each_engine(said: str) -> None:
    assert why_not_started(said) == EXEC


def test_packages_that_came_with_the_base_are_none_that_you_installed() -> None:
    box = base_with(changed=["/root", "/packages.txt"])
    found = work_inside.packages_written_down(engine_with(box))
    assert str(found) == ("Not yet: nothing is installed in the container. Is it the one in which you installed Flask?")
    box = base_with(changed=["/usr/local/lib/python3.13/dist-packages/flask-2.2.2.dist-info"])
    assert work_inside.packages_written_down(engine_with(box)).ok


def base_with(changed: list[str]) -> Any:
    """Give a container of a newer Python's stand-in, which lists packages that nobody has installed."""
    freeze = (0, b"packaging==25.0\nwheel==0.46.1\n")
    changes = [{"Path": path, "Kind": 1} for path in changed]
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        written = tarfile.TarInfo("packages.txt")
        written.size = len(freeze[1])
        tar.addfile(written, io.BytesIO(freeze[1]))
    return SimpleNamespace(
        status="running",
        exec_run=lambda _command: freeze,
        diff=lambda: changes,
        get_archive=lambda _path: ([archive.getvalue()], {}),
    )


def engine_with(box: Any) -> Any:
    return SimpleNamespace(containers=lambda _image: [box])
