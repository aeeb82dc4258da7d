"""Files that are whole or not there, whatever happens in the middle."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.files import kept_secret, write_atomically


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
