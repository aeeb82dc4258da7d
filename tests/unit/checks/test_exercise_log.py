"""Progress that outlives a kernel, whoever else writes it and whatever stands in the file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.waiting import wait_until
from workbench.checks import exercise_log
from workbench.errors import TutorialError
from workbench.settings import Paths

WRITER = """
import sys, time
from pathlib import Path
from workbench.checks import exercise_log
from workbench.settings import Paths
paths, number = Paths(Path(sys.argv[1])), sys.argv[2]
folder = paths.work
(folder / f"ready-{number}").touch()
while not (folder / "go").exists():
    time.sleep(0.01)
for n in range(20):
    exercise_log.note(paths, f"exercise-{number}-{n}")
"""
NOBODY = 65534
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["done", "two-states", "a"]), inner),
)
FOREIGN = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"3",
    b'"done"',
    b"[" * 100_000,
    b'{"done": []}',
    b'{"done": {"two-states": 1}}',
    b'{"mine": {}}',
    b"\xff\xfe\x00",
    b"\x00" * 1000,
]


@pytest.fixture(name="work", autouse=True)
def fixture_work(paths: Paths) -> Path:
    """Give a student's copy of the tests' own."""
    (paths.work / "notebooks").mkdir(parents=True)
    return paths.work


@pytest.fixture(name="read_only")
def fixture_read_only() -> Iterator[Paths]:
    """Give a student's copy into which nobody may write, and let root be nobody."""
    # In no folder of pytest's, which are closed to others.
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(Path(folder))
        paths.root.chmod(0o755)
        paths.work.mkdir()
        paths.work.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        yield paths
        if root:
            os.seteuid(0)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_what_is_done_is_kept_with_its_moment(paths: Paths, work: Path) -> None:
    assert exercise_log.read(paths) == {}
    exercise_log.note(paths, "two-states")
    [(name, when)] = exercise_log.read(paths).items()
    assert name == "two-states"
    assert timedelta(0) <= datetime.now(timezone.utc) - datetime.fromisoformat(when) < timedelta(minutes=5)
    assert names(work) == ["notebooks", "progress.json"]


def test_done_again_keeps_the_first_moment_and_what_others_have_noted(paths: Paths, work: Path) -> None:
    first = {"two-states": "2026-01-01T00:00:00+00:00", "of-a-later-version": "2026-01-02T00:00:00+00:00"}
    (work / "progress.json").write_text(json.dumps({"done": first}))
    exercise_log.note(paths, "two-states")
    exercise_log.note(paths, "two-doors")
    done = exercise_log.read(paths)
    assert set(done) == {*first, "two-doors"}
    assert {name: done[name] for name in first} == first


def test_progress_is_kept_in_the_students_copy_alone(paths: Paths, work: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(work / "notebooks")
    assert exercise_log.keeps(paths, work / "notebooks")
    assert exercise_log.keeps(paths, work / "notebooks/mine")
    assert exercise_log.keeps(paths, link)
    assert not exercise_log.keeps(paths, tmp_path / "notebooks")
    assert not exercise_log.keeps(paths, tmp_path / "work-of-another/notebooks")


@pytest.mark.parametrize("content", FOREIGN, ids=lambda content: repr(content[:20]))
def test_a_file_that_is_not_ours_is_told_of_and_kept(paths: Paths, work: Path, content: bytes) -> None:
    (work / "progress.json").write_bytes(content)
    with pytest.raises(TutorialError, match=r"is not known: work/progress\.json can't be read .*\n.*progress --reset"):
        exercise_log.read(paths)
    with pytest.raises(TutorialError, match=r"A new one was begun\.\nThe old one is kept as work/progress\.yours-1"):
        exercise_log.note(paths, "two-states")
    assert (work / "progress.yours-1.json").read_bytes() == content
    assert list(exercise_log.read(paths)) == ["two-states"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(JSON)
def test_no_json_is_lost_or_ends_in_another_error(paths: Paths, work: Path, content: object) -> None:
    (work / "progress.json").write_text(json.dumps(content))
    try:
        done = exercise_log.read(paths)
    except TutorialError:
        with pytest.raises(TutorialError):
            exercise_log.note(paths, "two-states")
        kept = max(work.glob("progress.yours-*.json"), key=lambda path: int(path.stem.rpartition("-")[2]))
        assert kept.read_text() == json.dumps(content)
        assert list(exercise_log.read(paths)) == ["two-states"]
    else:
        exercise_log.note(paths, "two-states")
        assert exercise_log.read(paths).items() >= done.items()


def test_a_folder_in_the_files_place_is_told_of_and_left_alone(paths: Paths, work: Path) -> None:
    (work / "progress.json").mkdir()
    with pytest.raises(TutorialError, match=r"can't be read"):
        exercise_log.read(paths)
    with pytest.raises(TutorialError, match=r"This was not noted down: work/progress\.json can't be written"):
        exercise_log.note(paths, "two-states")
    assert names(work) == ["notebooks", "progress.json"]


def test_a_read_only_copy_is_told_of(read_only: Paths) -> None:
    with pytest.raises(TutorialError, match=r"This was not noted down: .*Permission denied.*\n.*ls -la "):
        exercise_log.note(read_only, "two-states")
    assert exercise_log.read(read_only) == {}
    assert list(read_only.work.iterdir()) == []


def test_a_full_disk_leaves_what_was_noted(paths: Paths, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise_log.note(paths, "two-states")
    before = (work / "progress.json").read_text()

    def full(_part: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(TutorialError, match=r"No space left on device.*\n.*df -h work"):
        exercise_log.note(paths, "two-doors")
    assert (work / "progress.json").read_text() == before
    assert names(work) == ["notebooks", "progress.json"]


def test_notebooks_that_write_at_the_same_time_lose_nothing(paths: Paths, work: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(paths.root)]
    writers = [subprocess.Popen([*command, str(number)], stderr=subprocess.PIPE) for number in range(4)]
    wait_until(lambda: len(list(work.glob("ready-*"))) == len(writers))
    (work / "go").touch()
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [(b"", 0)] * len(writers)
    assert set(exercise_log.read(paths)) == {f"exercise-{number}-{n}" for number in range(4) for n in range(20)}


def test_a_notebook_that_keeps_the_file_for_itself_is_not_waited_for_long(
    paths: Paths, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exercise_log, "LOCK_TIMEOUT", 0.1)
    with FileLock(work / ".progress.json.lock"), pytest.raises(TutorialError, match="This was not noted down"):
        exercise_log.note(paths, "two-states")
    assert exercise_log.read(paths) == {}


def test_beginning_anew_keeps_the_old(paths: Paths, work: Path) -> None:
    assert exercise_log.reset(paths) is None
    for number in (1, 2):
        exercise_log.note(paths, "two-states")
        before = (work / "progress.json").read_bytes()
        kept = exercise_log.reset(paths)
        assert kept == work / f"progress.yours-{number}.json"
        assert kept.read_bytes() == before
        assert exercise_log.read(paths) == {}


def test_the_report_goes_page_by_page() -> None:
    pages = {"01_set_up": ["two-states"], "02_work_inside": ["kept-by-hand", "packages-written-down"]}
    done = {"kept-by-hand": "2026-11-24T09:30:00+00:00", "of-a-later-version": "2026-11-24T09:30:00+00:00"}
    assert exercise_log.report(pages, done).splitlines() == [
        "01_set_up",
        "  two-states             not yet",
        "02_work_inside",
        "  kept-by-hand           done on 2026-11-24",
        "  packages-written-down  not yet",
        "1 of 3 exercises are done.",
    ]
