"""Where a lesson notes down which exercises are done."""

from __future__ import annotations

from pathlib import Path

import docker
import pytest

from workbench import checks
from workbench.checks import exercise_log
from workbench.checks.engine_state import CheckResult
from workbench.lesson.session import Lesson
from workbench.provision import registries
from workbench.settings import PATHS, Paths

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("plain")]


@pytest.fixture(name="checkout")
def fixture_checkout(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Give a checkout with a student's copy of the tests' own, and an exercise that is done."""
    (paths.work / "notebooks").mkdir(parents=True)
    # The engine is the real one's, and so is its mirror, whose name has the checkout's mark.
    paths.state.symlink_to(PATHS.state)
    mark = registries.checkout(PATHS)
    monkeypatch.setattr(registries, "checkout", lambda _paths: mark)
    monkeypatch.setitem(checks.CHECKS, "two-states", lambda _desk: CheckResult(ok=True, message="done."))
    return paths


def test_what_is_done_in_the_students_copy_is_noted_down_and_seen_at_once(
    client: docker.DockerClient, checkout: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(checkout.work / "notebooks")
    lesson = Lesson(client, paths=checkout)
    view = lesson.exercises("01_set_up")
    assert "two-states: not yet" in view.snapshot
    lesson.check("which-system")
    assert list(exercise_log.read(checkout)) == []
    lesson.check("two-states")
    assert list(exercise_log.read(checkout)) == ["two-states"]
    assert "two-states: done on " in view.snapshot
    assert capsys.readouterr().out.splitlines()[-1] == "Well done: done."
    assert Lesson(client, paths=checkout).exercises("01_set_up").snapshot == view.snapshot, "also after a restart"
    lesson.clean_up()


def test_elsewhere_nothing_is_noted_down(
    client: docker.DockerClient, checkout: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lesson = Lesson(client, paths=checkout)
    view = lesson.exercises("01_set_up")
    before = view.snapshot
    lesson.check("two-states")
    assert view.snapshot == before
    assert [path.name for path in checkout.work.iterdir()] == ["notebooks"]
    lesson.clean_up()


def test_a_check_answers_where_nothing_can_be_noted_down(
    client: docker.DockerClient, checkout: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(checkout.work / "notebooks")
    exercise_log.file(checkout).mkdir()
    lesson = Lesson(client, paths=checkout)
    view = lesson.exercises("01_set_up")
    assert "Warning:</strong> Which exercises are done is not known" in view.snapshot
    lesson.check("two-states")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Well done: done."
    assert said[1].startswith("This was not noted down: work/progress.json can't be written")
    assert len(said) == 3, "and the next step"
    lesson.clean_up()
