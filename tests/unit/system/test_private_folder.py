"""A private folder, and what other users of the machine try with it; all of them are real."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit import strangers
from tests.unit.strangers import STRANGER, needs_root, tries
from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system.private_folder import make_private, user_folder


@pytest.fixture(name="paths")
def fixture_paths(home: Path) -> Paths:
    return Paths(home.parent / "checkout")


@pytest.fixture(name="state")
def fixture_state(paths: Paths) -> Path:
    """Give the folder in which the checkout keeps its state."""
    return paths.state


@pytest.fixture(name="home")
def fixture_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give this user a home and a checkout that other users can look into."""
    with strangers.homes() as homes:
        home = strangers.home_of(os.getuid(), homes)
        (homes / "checkout").mkdir()
        monkeypatch.setattr(pwd, "getpwuid", lambda _uid: SimpleNamespace(pw_dir=str(home)))
        yield home


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777 & ~0o300])
def test_it_is_made_for_its_owner_alone_whatever_the_umask(paths: Paths, home: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder = user_folder(paths, "locks")
    finally:
        os.umask(before)
    assert folder == home / ".cache/containers-hands-on/locks"
    assert mode(folder) == 0o700
    assert not mode(folder.parent) & 0o077
    assert user_folder(paths, "locks") == folder


def test_all_terminals_of_a_user_find_the_same_one(paths: Paths, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/elsewhere")
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/elsewhere")
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    assert user_folder(paths, "locks").is_relative_to(home)


@needs_root
@pytest.mark.parametrize(
    "attack",
    [
        "os.symlink('/etc/passwd', sys.argv[1] + '/a.lock')",
        "os.mkdir(sys.argv[1] + '/a.lock')",
        "os.open(sys.argv[1] + '/a.lock', os.O_RDWR)",
        "os.listdir(sys.argv[1])",
        "os.unlink(sys.argv[1] + '/a.lock')",
        "os.rename(sys.argv[1], sys.argv[1] + '-mine')",
        "os.chmod(sys.argv[1], 0o777)",
    ],
)
def test_another_user_can_do_nothing_with_it(paths: Paths, home: Path, attack: str) -> None:
    assert home
    folder = user_folder(paths, "locks")
    (folder / "a.lock").touch(0o666)
    assert tries(attack, folder) == "refused"


@needs_root
def test_one_that_was_open_is_closed_and_what_others_left_in_it_is_put_aside(paths: Paths, home: Path) -> None:
    folder = home / ".cache/containers-hands-on/locks"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    mine = folder / "mine.lock"
    mine.touch(0o600)
    target = home / "thesis"
    target.write_text("all of it")
    target.chmod(0o644)
    planted = "os.symlink(sys.argv[2], sys.argv[1] + '/a.lock'); os.mkdir(sys.argv[1] + '/b.lock')\n"
    assert tries(planted + "open(sys.argv[1] + '/c.lock', 'w').close()", folder, target) == ""
    assert user_folder(paths, "locks") == folder
    assert mode(folder) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == [
        "mine.lock",
        "planted-a.lock",
        "planted-b.lock",
        "planted-c.lock",
    ]
    assert (target.read_text(), mode(target)) == ("all of it", 0o644)


def link(folder: Path) -> None:
    (folder.parent / "real").mkdir()
    folder.symlink_to(folder.parent / "real")


def dangling(folder: Path) -> None:
    folder.symlink_to(folder.parent / "missing")


def anothers(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    os.chown(folder, STRANGER, STRANGER)


@needs_root
@pytest.mark.parametrize(
    ("plant", "reason"),
    [
        (link, "it is not a folder but a link"),
        (dangling, "File exists"),
        (Path.touch, "File exists"),
        (anothers, "it belongs to another user"),
    ],
)
def test_something_else_of_its_name_is_refused(home: Path, plant: object, reason: str) -> None:
    folder = home / "private"
    assert callable(plant)
    plant(folder)
    with pytest.raises(TutorialError, match=rf"{folder} can't be your private folder: .*{reason}") as failure:
        make_private(folder, home)
    assert f"ls -ld {folder}" in failure.value.fix


def open_way(home: Path) -> None:
    (home / ".cache").mkdir()
    (home / ".cache").chmod(0o777)


def anothers_way(home: Path) -> None:
    anothers(home / ".cache")
    (home / ".cache").chmod(0o755)


def link_of_another(home: Path) -> None:
    (home / "there").mkdir()
    (home / ".cache").symlink_to(home / "there")
    os.chown(home / ".cache", STRANGER, STRANGER, follow_symlinks=False)


@needs_root
@pytest.mark.parametrize("prepare", [open_way, anothers_way, link_of_another])
def test_where_another_user_could_replace_it_the_checkout_has_it(
    paths: Paths, home: Path, state: Path, prepare: object
) -> None:
    assert callable(prepare)
    prepare(home)
    assert user_folder(paths, "locks") == state / "locks"


def test_an_open_folder_on_the_way_is_named_with_its_fix(home: Path) -> None:
    open_way(home)
    with pytest.raises(TutorialError, match="every user can write to it") as failure:
        make_private(home / ".cache/x", home)
    assert failure.value.fix == f"chmod o-w {home}/.cache"


def test_a_cache_on_another_disk_and_a_folder_like_tmp_will_do(paths: Paths, home: Path) -> None:
    (home / "disk").mkdir()
    (home / "disk").chmod(0o1777)
    (home / ".cache").symlink_to(home / "disk")
    folder = user_folder(paths, "locks")
    assert folder.resolve() == home / "disk/containers-hands-on/locks"


def unknown(_uid: int) -> None:
    raise KeyError


@pytest.mark.parametrize("answer", [unknown, lambda _uid: SimpleNamespace(pw_dir="/nonexistent"), None])
def test_without_a_home_the_checkout_has_it(
    paths: Paths, state: Path, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setattr(pwd, "getpwuid", answer or (lambda _uid: SimpleNamespace(pw_dir="")))
    assert user_folder(paths, "locks") == state / "locks"
    assert mode(state / "locks") == 0o700
