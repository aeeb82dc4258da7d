"""Claims of other processes and beside other users, all of them real."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, redirect_stdout
from io import StringIO
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from tests.support.waiting import wait_until
from tests.unit import strangers
from tests.unit.strangers import STRANGER, needs_root, tries
from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system.locks import claim, lock_of, one_at_a_time


@pytest.fixture(name="homes", autouse=True)
def fixture_homes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with strangers.homes() as homes:
        home = strangers.home_of(os.getuid(), homes)
        monkeypatch.setattr(pwd, "getpwuid", lambda _uid: SimpleNamespace(pw_dir=str(home)))
        yield homes


@pytest.fixture(name="paths")
def fixture_paths(homes: Path) -> Paths:
    return Paths(homes)


@pytest.fixture(name="temporary")
def fixture_temporary(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder for temporary files that all users have in common."""
    folder = homes / "tmp"
    folder.mkdir()
    folder.chmod(0o1777)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def other_process(
    homes: Path, *candidates: str, user: int | None = None
) -> AbstractContextManager[tuple[str, subprocess.Popen[str]]]:
    user = os.getuid() if user is None else user
    return strangers.claiming(*candidates, user=user, home=strangers.home_of(user, homes), checkout=homes)


def test_the_best_free_candidate_is_taken(paths: Paths) -> None:
    first, _lock = claim(paths, ["a/x", "b/x"])
    second, _other = claim(paths, ["a/x", "b/x"])
    assert (first, second) == ("a/x", "b/x")


def test_a_released_claim_is_free_again(paths: Paths) -> None:
    first, lock = claim(paths, [5000, 5001])
    lock.release()
    second, _lock = claim(paths, [5000, 5001])
    assert (first, second) == (5000, 5000)


def test_all_taken_is_an_error(paths: Paths) -> None:
    _claimed, _lock = claim(paths, ["only"])
    with pytest.raises(LookupError, match="every candidate is taken"):
        claim(paths, ["only"])


def test_two_processes_never_hold_one_claim(paths: Paths, homes: Path) -> None:
    with (
        other_process(homes, "a", "b") as (theirs, _process),
        other_process(homes, "a", "b") as (others, _other),
    ):
        ours, _lock = claim(paths, ["a", "b", "c"])
        assert (theirs, others, ours) == ("a", "b", "c")


def test_a_killed_process_lets_go_of_its_claim(paths: Paths, homes: Path) -> None:
    with other_process(homes, "a") as (_theirs, process):
        process.kill()
        process.wait()
        assert claim(paths, ["a", "b"])[0] == "a"


def test_a_lock_file_is_for_its_owner_alone(paths: Paths) -> None:
    before = os.umask(0)
    try:
        _claimed, lock = claim(paths, ["a"])
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path(lock.lock_file).stat().st_mode) == 0o600


@needs_root
def test_each_user_has_claims_of_their_own_and_two_processes_of_one_user_share_them(homes: Path) -> None:
    with (
        other_process(homes, "a", "b", user=1234) as (first, _one),
        other_process(homes, "a", "b", user=STRANGER) as (strangers_own, _two),
        other_process(homes, "a", "b", user=1234) as (second, _three),
    ):
        assert (first, strangers_own, second) == ("a", "a", "b")


@needs_root
@pytest.mark.parametrize(
    "attack",
    [
        # Whatever is planted where locks once were, or might be.
        "os.mkdir(folder, 0o700)",
        "os.symlink(target, folder)",
        "os.mkdir(folder); os.chmod(folder, 0o777); os.symlink(target, folder + '/a.lock')",
        "os.mkdir(folder); os.chmod(folder, 0o777); os.mkdir(folder + '/a.lock')",
    ],
)
def test_what_is_planted_for_all_users_harms_and_stops_no_claim(homes: Path, temporary: Path, attack: str) -> None:
    target = homes / "thesis"
    target.write_text("all of it")
    target.chmod(0o644)
    os.chown(target, 1234, 1234)
    setting = "folder, target = sys.argv[1] + '/containers-hands-on-claims', sys.argv[2]\n"
    assert tries(setting + attack, temporary, target) == ""
    with other_process(homes, "a", "b", user=1234) as (claimed, _process):
        assert claimed == "a"
    assert (target.read_text(), stat.S_IMODE(target.stat().st_mode)) == ("all of it", 0o644)


@needs_root
def test_a_held_claim_can_not_be_stolen(homes: Path, temporary: Path) -> None:
    with other_process(homes, "a", "b", user=1234) as (first, _process):
        steal = """
        for root in sys.argv[1:]:
            for folder, _folders, files in os.walk(root, topdown=False):
                for file in files:
                    os.unlink(os.path.join(folder, file))
        """
        tries("\n".join(line[8:] for line in steal.splitlines()[1:]), homes / "1234", temporary)
        with other_process(homes, "a", "b", user=1234) as (second, _other):
            assert (first, second) == ("a", "b")


@needs_root
def test_a_user_without_any_folder_of_their_own_is_told_so(homes: Path) -> None:
    with strangers.claiming("a", user=1234, home=homes / "nowhere", checkout=homes) as (said, _process):
        assert said.startswith(f"{homes}/nowhere/.cache/containers-hands-on/locks can't be your private folder: ")


def test_a_link_in_the_place_of_a_lock_is_not_followed(paths: Paths, homes: Path) -> None:
    target = homes / "thesis"
    target.write_text("all of it")
    lock = Path(lock_of(paths, "a").lock_file)
    lock.symlink_to(target)
    with pytest.raises(TutorialError, match=f"{lock} can't be locked"):
        claim(paths, ["a", "b"])
    assert target.read_text() == "all of it"


def test_a_command_waits_until_the_same_command_has_ended(paths: Paths) -> None:
    said, ended = StringIO(), list[str]()

    def second() -> None:
        with one_at_a_time(paths, "start"):
            ended.append("second")

    with redirect_stdout(said), one_at_a_time(paths, "start"):
        thread = Thread(target=second)
        thread.start()
        wait_until(said.getvalue)
        ended.append("first")
    thread.join(60)
    assert said.getvalue() == "Waiting: another ./tutorial start is at work here.\n"
    assert ended == ["first", "second"]
    with redirect_stdout(said), one_at_a_time(paths, "start"):
        assert said.getvalue().count("Waiting") == 1
