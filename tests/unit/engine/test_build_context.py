"""What a build of a folder would send: the same that docker-py sends, and by which rule the rest stays."""

from __future__ import annotations

import os
import socket
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from docker.utils.build import exclude_paths, tar
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.engine import build_context
from workbench.engine.context_walk import Entry, looks_secret
from workbench.errors import TutorialError
from workbench.settings import PATHS
from workbench.widgets.context import ContextView

NAMES = st.sampled_from(["a", "b", "a.py", ".env", "Dockerfile", ".dockerignore"])
PLACES = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PATTERNS = st.sampled_from(
    ["*", "**", "?", "a", "/a", "a/", "a/b", "*/b", "**/b", "*.py", ".", "..", ".env", "./a", "a/../b"]
)
RULES = st.lists(st.tuples(st.sampled_from(["", "!", " "]), PATTERNS).map("".join), max_size=6)


def fill(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x" * 10)
    return folder


def paths(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.path for entry in entries]


def rules(found: build_context.Context) -> dict[str, str]:
    return {entry.path: entry.rule for entry in found.left_out}


@settings(deadline=None)
@given(st.sets(PLACES, max_size=8), RULES)
def test_it_is_what_docker_py_sends(files: set[str], lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in sorted(files):
            if not any(parent.is_file() for parent in (folder / path).parents) and not (folder / path).exists():
                fill(folder, path)
        found = build_context.read(folder, lines)
        assert set(paths(found.sent)) == exclude_paths(name, [line.strip() for line in lines])
        sent, home = set(paths(found.sent)), set(paths(found.left_out))
        assert sent.isdisjoint(home)
        for file in (each.relative_to(folder) for each in folder.rglob("*") if each.is_file()):
            # Each file is told once: by itself, or by the folder that stays at home with all that is in it.
            assert len({str(file), *map(str, file.parents)} & (home | (sent & {str(file)}))) == 1


def test_what_would_be_sent_from_the_app_is_what_is_packed() -> None:
    lines = (PATHS.app / ".dockerignore").read_text().splitlines()
    packed: Any = tar(str(PATHS.app), [line for line in lines if not line.startswith("#")])  # type: ignore[arg-type]
    with packed, tarfile.open(fileobj=packed) as archive:
        assert sorted(archive.getnames()) == sorted(paths(build_context.read(PATHS.app).sent))
        assert sum(member.size for member in archive) == build_context.read(PATHS.app).size


def test_the_deciding_rule_is_told_as_it_stands_in_the_file(tmp_path: Path) -> None:
    fill(tmp_path, "a.py", "keep.py", "logs/1/x.log", "logs/2/x.log", "notes.md")
    (tmp_path / ".dockerignore").write_text("# a comment\n\n*.py\n!keep.py\n  logs/ \n!notes.md\nnotes.md\n")
    found = build_context.read(tmp_path)
    assert paths(found.sent) == [".dockerignore", "keep.py"]
    assert rules(found) == {"a.py": "*.py", "logs": "logs/", "notes.md": "notes.md"}


def test_a_folder_that_stays_counts_with_all_that_is_in_it(tmp_path: Path) -> None:
    fill(tmp_path, "logs/1/x.log", "logs/2/y.log", "logs/z.log")
    [logs] = build_context.read(tmp_path, ["logs"]).left_out
    assert (logs.kind, logs.files, logs.size) == ("folder", 3, 30)


def test_an_exception_below_a_folder_that_stays_is_sent(tmp_path: Path) -> None:
    fill(tmp_path, "data/big.csv", "data/small.csv")
    found = build_context.read(tmp_path, ["data", "!data/small.csv"])
    assert paths(found.sent) == ["data/small.csv"]
    assert rules(found) == {"data/big.csv": "data"}


def test_the_dockerfile_and_the_rules_go_along_whatever_these_say(tmp_path: Path) -> None:
    fill(tmp_path, "Dockerfile", ".dockerignore", "x")
    assert paths(build_context.read(tmp_path, ["*"]).sent) == [".dockerignore", "Dockerfile"]


def test_links_are_sent_as_links(tmp_path: Path) -> None:
    fill(tmp_path / "outside", "big")
    folder = fill(tmp_path / "in", "x")
    (folder / "file").symlink_to("../outside/big")
    (folder / "folder").symlink_to("../outside")
    (folder / "nowhere").symlink_to("gone")
    (folder / "loop").symlink_to(".")
    kinds = {entry.path: (entry.kind, entry.size) for entry in build_context.read(folder).sent}
    assert kinds == dict.fromkeys(("file", "folder", "loop", "nowhere"), ("link", 0)) | {"x": ("file", 10)}


def test_what_is_no_file_has_no_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        found = build_context.read(tmp_path)
        assert [(entry.path, entry.kind, entry.size) for entry in found.sent] == [("fifo", "other", 0)]
        assert [(entry.path, entry.kind, entry.rule) for entry in found.left_out] == [("socket", "socket", "")]
        assert packed(tmp_path) == {"fifo": 0}


def packed(folder: Path, *lines: str) -> dict[str, int]:
    """Give what docker-py packs, with its bytes."""
    archive: Any = tar(str(folder), list(lines))  # type: ignore[arg-type]
    with archive, tarfile.open(fileobj=archive) as opened:
        return {member.name: member.size for member in opened}


def test_a_hard_link_counts_once(tmp_path: Path) -> None:
    fill(tmp_path, "b", "d/x", "e")
    (tmp_path / "a").hardlink_to(tmp_path / "b")
    (tmp_path / "c").hardlink_to(tmp_path / "b")
    (tmp_path / "out").hardlink_to(tmp_path / "e")
    found = build_context.read(tmp_path, ["out"])
    assert [(one.path, one.size, one.same_as) for one in found.files] == [
        *(("a", 10, ""), ("b", 0, "a"), ("c", 0, "a")),
        *(("d/x", 10, ""), ("e", 10, "")),
    ]
    assert found.size == sum(packed(tmp_path, "out").values()) == 30


def test_a_file_that_cannot_be_read_would_stop_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "Dockerfile", "locked", "also")
    # Root may read all, so what root is told has to be made up.
    monkeypatch.setattr(os, "access", lambda path, _mode: not str(path).endswith(("locked", "also")))
    found = build_context.read(tmp_path, ["also"])
    assert found.warnings == ("locked can't be read (Permission denied), so the build would fail.",)


def test_a_folder_that_cannot_be_read_would_stop_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "Dockerfile", "locked/x", "y")
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = build_context.read(tmp_path)
    assert found.warnings == ("locked can't be read (Permission denied), so the build would fail.",)
    assert [entry.path for entry in found.files] == ["Dockerfile", "y"]
    with pytest.raises(TutorialError, match=r"You can't look into .*: Permission denied"):
        build_context.read(tmp_path / "locked")


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(TutorialError, match="does not exist"):
        build_context.read(tmp_path / "gone")
    with pytest.raises(TutorialError, match="is a file, not a folder"):
        build_context.read(fill(tmp_path, "file") / "file")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("x\n".encode("utf-16"), "is in UTF-16, and Docker can't read its rules"),
        ("x\n".encode("utf-16-le"), "is in UTF-16"),
        ("größe\n".encode("latin-1"), "isn't in UTF-8, so docker-py can't read its rules"),
    ],
)
def test_rules_in_another_encoding_are_named(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / ".dockerignore").write_bytes(content)
    with pytest.raises(TutorialError, match=says):
        build_context.read(tmp_path)


def test_rules_that_are_a_folder_or_cannot_be_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".dockerignore").mkdir()
    with pytest.raises(TutorialError, match="is a folder, so a build of this folder fails"):
        build_context.read(tmp_path)
    (tmp_path / ".dockerignore").rmdir()
    fill(tmp_path, ".dockerignore")

    def refusing(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refusing)  # root may read all
    with pytest.raises(TutorialError, match="can't be read"):
        build_context.read(tmp_path)


def test_a_byte_order_mark_hides_the_first_rule_from_docker_py(tmp_path: Path) -> None:
    fill(tmp_path, "Dockerfile", "x", "y")
    (tmp_path / ".dockerignore").write_bytes(b"\xef\xbb\xbfx\ny\n")
    found = build_context.read(tmp_path)
    assert rules(found) == {"y": "y"}
    assert found.warnings == (
        ".dockerignore begins with a byte order mark: docker-py doesn't know its first rule, docker build does.",
    )


def test_a_case_that_differs_is_named_where_it_matters(tmp_path: Path) -> None:
    fill(tmp_path, "Dockerfile", "README.md", "Logs/a", "Logs/b", "keep/Me", "notes.txt", "Other.txt")
    lines = ["readme.md", "logs", "keep/*", "!keep/me", "notes.txt", "Other.txt"]
    found = build_context.read(tmp_path, lines)
    assert found.warnings == (
        "Logs and logs differ in case: docker-py leaves it out, and docker build sends it.",
        "README.md and readme.md differ in case: docker-py leaves it out, and docker build sends it.",
        "keep/Me and !keep/me differ in case: docker-py sends it, and docker build leaves it out.",
    )
    assert build_context.read(tmp_path, ["README.md", "notes.txt", "!NOTES.TXT", "notes.txt"]).warnings == ()


@pytest.mark.parametrize("left_out", [False, True])
def test_a_thousand_nested_folders(tmp_path: Path, left_out: bool) -> None:
    deep = tmp_path / "d"
    for _ in range(1100):
        deep.mkdir()
        deep /= "d"
    fill(tmp_path, "Dockerfile")
    found = build_context.read(tmp_path, ["d"] if left_out else [])
    # Some versions of Python can't remove so deep a folder.
    subprocess.run(["rm", "-r", tmp_path / "d"], check=True)
    assert len(found.sent) == (1 if left_out else 1101)
    nested = "Folders are nested 1099 deep: docker-py fails at that, and docker build doesn't."
    assert found.warnings == (() if left_out else (nested,))
    assert ContextView(found).snapshot.startswith(f"<p>A build would send 1 file, {10} bytes")


@pytest.mark.parametrize(
    "name",
    [
        *(
            ".env",
            ".env.production",
            "server.PEM",
            "tls.key",
            "id_rsa",
            "id_ed25519",
            "credentials",
            "credentials.json",
        ),
        *(".aws", ".netrc", ".npmrc", ".pypirc", ".git", ".ssh", ".docker", "registry.password", "terraform.tfstate"),
        *("my-credentials.json", "secrets.yaml", ".kube", "backup.kdbx", ".git-credentials", ".htpasswd"),
    ],
)
def test_these_look_like_secrets(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        ".env.example",
        "id_rsa.pub",
        ".gitignore",
        "environment.py",
        "keys.py",
        "monkey",
        "README.md",
        "secrets.md",
        "env",
    ],
)
def test_these_do_not(name: str) -> None:
    assert not looks_secret(name)


def test_secrets_are_warned_of_where_they_would_be_sent(tmp_path: Path) -> None:
    fill(tmp_path, "Dockerfile", ".env", "deep/down/tls.key", ".git/config", "home.pem")
    assert build_context.read(tmp_path, ["home.pem"]).warnings == (
        ".env looks like a secret, and would be sent.",
        ".git looks like a secret, and would be sent.",
        "deep/down/tls.key looks like a secret, and would be sent.",
    )


def test_ten_megabytes_are_much_and_one_byte_more_is_too_much(tmp_path: Path) -> None:
    fill(tmp_path, "small")
    with (tmp_path / "Dockerfile").open("w") as file:
        file.truncate(10_000_000 - 10)
    assert build_context.read(tmp_path).warnings == ()
    (tmp_path / "small").write_text("x" * 11)
    [warning] = build_context.read(tmp_path).warnings
    assert warning == "More than 10.0 MB would be sent at each build; the largest file is Dockerfile."
    assert build_context.read(tmp_path, ["small"]).warnings == ()


def test_a_home_folder_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "Dockerfile")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert build_context.read(tmp_path).warnings == (
        "This is a home or root folder: a build would send everything in it.",
    )


def test_a_folder_without_a_dockerfile_is_warned_of(tmp_path: Path) -> None:
    assert build_context.read(tmp_path).warnings == ("There is no Dockerfile in this folder.",)


def test_ten_thousand_files_are_looked_at_in_no_time(tmp_path: Path) -> None:
    for folder in range(100):
        (tmp_path / f"d{folder}").mkdir()
        for file in range(100):
            (tmp_path / f"d{folder}/f{file}").touch()
    started = time.process_time()
    found = build_context.read(tmp_path, ["*.pyc", "**/f99", "!d1/f99", "docs"])
    assert time.process_time() - started < 3
    assert (len(found.files), len(found.left_out)) == (9901, 99)
