"""Files that are whole or not there, whatever happens in the middle."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.system.files import kept_secret, write_atomically


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Carriage returns are not for text files: reading gives a newline for them.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\r", codec="utf-8")))
def test_what_was_written_is_there(tmp_path: Path, text: str) -> None:
    write_atomically(tmp_path / "file", text)
    assert (tmp_path / "file").read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_is_readable_by_all_and_a_secret_by_its_owner(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", "text")
    write_atomically(tmp_path / "secret", "text", mode=0o600)
    assert (mode(tmp_path / "file"), mode(tmp_path / "secret")) == (0o644, 0o600)


def test_a_text_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(file, "new" * 10_000 + "\ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_ctrl_c_in_the_last_moment_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_part: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "file"
    file.write_text("old")
    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "state" / "secret"
    secret = kept_secret(file)
    assert kept_secret(file) == secret == file.read_text()
    assert mode(file) == 0o600


def test_secrets_are_long_and_differ(tmp_path: Path) -> None:
    secrets = {kept_secret(tmp_path / str(n)) for n in range(10)}
    assert len(secrets) == 10
    assert min(map(len, secrets)) >= 32


def empty(file: Path) -> None:
    file.write_text("")


def blank(file: Path) -> None:
    file.write_text("\n")


def readable_by_all(file: Path) -> None:
    file.chmod(0o644)


def readable_by_the_group(file: Path) -> None:
    file.chmod(0o640)


def writable_by_all(file: Path) -> None:
    file.chmod(0o602)


def link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


def second_name(file: Path) -> None:
    file.with_name("elsewhere").hardlink_to(file)


def link_to_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def strangers(file: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(file, 65534, 65534)


@pytest.mark.parametrize(
    "spoil",
    [
        empty,
        blank,
        readable_by_all,
        readable_by_the_group,
        writable_by_all,
        link,
        second_name,
        link_to_nowhere,
        pipe,
        strangers,
    ],
)
def test_a_secret_that_others_could_know_is_replaced(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    file = tmp_path / "secret"
    old = kept_secret(file)
    spoil(file)
    new = kept_secret(file)
    assert len(new) >= 32
    assert new != old
    assert file.is_file()
    assert not file.is_symlink()
    assert (mode(file), file.stat().st_uid) == (0o600, os.geteuid())
    assert kept_secret(file) == new


def test_what_a_planted_link_leads_to_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("of another program")
    (tmp_path / "secret").symlink_to(target)
    assert kept_secret(tmp_path / "secret") != target.read_text()
    assert target.read_text() == "of another program"
