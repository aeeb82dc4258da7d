"""The file behind the editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import TutorialError
from workbench.lesson.dockerfile_editor import read, write


def test_what_is_written_is_read_and_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    assert read(path) is None
    write(path, "FROM größe\n")
    path.chmod(0o640)
    write(path, "FROM a\n")
    assert read(path) == "FROM a\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "Dockerfile"
    real.write_text("old")
    link.symlink_to(real)
    write(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("FROM a".encode("utf-16"), "is in UTF-16, and Docker reads UTF-8: a build from it fails"),
        ("FROM a".encode("utf-16-be"), "is in UTF-16"),
        ("FROM größe".encode("latin-1"), "isn't in UTF-8. Docker takes its bytes as they are"),
    ],
)
def test_another_encoding_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(content)
    with pytest.raises(TutorialError, match=says):
        read(path)


def test_a_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"\xef\xbb\xbfFROM a\r\nRUN b\r\n")
    assert read(path) == "\ufeffFROM a\nRUN b\n"


def test_a_folder_in_its_place_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").mkdir()
    with pytest.raises(TutorialError, match="can't be read: Is a directory"):
        read(tmp_path / "Dockerfile")
    with pytest.raises(TutorialError, match="can't be written: Is a directory"):
        write(tmp_path / "Dockerfile", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["Dockerfile"]


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(TutorialError, match="can't be written: No such file or directory"):
        write(tmp_path / "gone" / "Dockerfile", "x")


def test_half_a_character_is_said_and_the_old_text_stays(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    write(path, "old")
    with pytest.raises(TutorialError, match="half a character"):
        write(path, "\ud800")
    assert read(path) == "old"
    assert list(tmp_path.iterdir()) == [path]
