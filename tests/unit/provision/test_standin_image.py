"""What a stand-in is made from, found in folders like those that pyenv makes."""

from __future__ import annotations

import os
import platform
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import TutorialError
from workbench.provision import standin_image
from workbench.settings import Paths

on_debian = pytest.mark.skipif(shutil.which("dpkg") is None, reason="asks dpkg which package owns a file")


@pytest.fixture(name="pyenv", autouse=True)
def fixture_pyenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine whose only pyenv is an empty one, beside a home without any."""
    root = tmp_path / "pyenv"
    (root / "versions").mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(root))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return root


def add_version(root: Path, name: str, program: str = "python3.8") -> Path:
    prefix = root / "versions" / name
    write(prefix / "bin" / program)
    return prefix


def write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_any_cpython_there_is_none(pyenv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert standin_image.find_cpython() is None
    shutil.rmtree(pyenv)
    assert standin_image.find_cpython() is None
    monkeypatch.delenv("PYENV_ROOT")
    assert standin_image.find_cpython() is None


def test_the_newest_by_number_is_taken(pyenv: Path) -> None:
    for name in ("3.8.2", "3.8.18", "3.8.9"):
        add_version(pyenv, name)
    assert standin_image.find_cpython() == pyenv / "versions/3.8.18"


def test_only_a_complete_cpython_of_the_same_series_is_taken(pyenv: Path) -> None:
    add_version(pyenv, "3.8.5")
    add_version(pyenv, "3.8.20", program="pip")
    add_version(pyenv, "3.80.1")
    add_version(pyenv, "3.9.18")
    add_version(pyenv, "3.8-dev")
    assert standin_image.find_cpython() == pyenv / "versions/3.8.5"


def test_names_that_pyenv_gives_to_other_builds_are_no_obstacle(pyenv: Path) -> None:
    add_version(pyenv, "3.8.19-debug")
    assert standin_image.find_cpython() is None
    add_version(pyenv, "3.8.18")
    assert standin_image.find_cpython() == pyenv / "versions/3.8.18"


def test_the_pyenv_of_the_home_folder_is_found_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = add_version(tmp_path / "home/.pyenv", "3.8.18")
    assert standin_image.find_cpython() == prefix
    monkeypatch.delenv("PYENV_ROOT")
    assert standin_image.find_cpython() == prefix


def test_what_a_killed_build_left_is_swept_and_nothing_else(paths: Paths) -> None:
    state = paths.state
    write(state / "stand-in-a1/system.tar", "half of it")
    write(state / "registry.password", "secret")
    with standin_image._scratch(paths) as folder:  # noqa: SLF001
        write(folder / "system.tar", "more of it")
        assert sorted(path.name for path in state.iterdir()) == ["registry.password", folder.name]
    assert [path.name for path in state.iterdir()] == ["registry.password"]


def test_the_copied_cpython_has_what_lessons_need_and_no_path_of_this_machine(pyenv: Path, tmp_path: Path) -> None:
    prefix, library = add_version(pyenv, "3.8.18"), "lib/python3.8"
    for name in (
        f"{library}/os.py",
        f"{library}/json/decoder.py",
        f"{library}/test/test_os.py",
        f"{library}/lib-dynload/_testcapi.so",
        f"{library}/lib-dynload/_ssl.so",
        f"{library}/config/libpython3.8.a",
        f"{library}/site-packages/pip/main.py",
        f"{library}/site-packages/pip-23.0.dist-info/METADATA",
        f"{library}/site-packages/numpy/__init__.py",
        "include/python3.8/Python.h",
    ):
        write(prefix / name)
    write(prefix / "bin/pip3", f"#!{prefix}/bin/python3.8\n")
    (prefix / "bin/python3").symlink_to("python3.8")
    copy = tmp_path / "copy"
    standin_image._copy_cpython(prefix, copy)  # noqa: SLF001
    assert {str(path.relative_to(copy)) for path in copy.rglob("*") if not path.is_dir()} == {
        "bin/python3.8",
        "bin/python3",
        "bin/python",
        "bin/pip3",
        f"{library}/os.py",
        f"{library}/json/decoder.py",
        f"{library}/lib-dynload/_ssl.so",
        f"{library}/site-packages/pip/main.py",
        f"{library}/site-packages/pip-23.0.dist-info/METADATA",
        "include/python3.8/Python.h",
    }
    assert (copy / "bin/python").readlink() == Path("python3.8")
    assert (copy / "bin/pip3").read_text().startswith("#!/usr/local/bin/python3\n")


@on_debian
def test_the_packages_of_a_programs_libraries_are_named(pyenv: Path) -> None:
    prefix = add_version(pyenv, "3.8.18")
    shutil.copy("/bin/sh", prefix / "bin/python3.8")
    assert standin_image._needed_packages(prefix) == ["libc6"]  # noqa: SLF001


@on_debian
def test_a_library_that_no_package_owns_is_named(tmp_path: Path) -> None:
    library = str(tmp_path / "libhandmade.so")
    with pytest.raises(TutorialError, match="No package of this system owns") as failure:
        standin_image._owner(library)  # noqa: SLF001
    assert library in failure.value.what


@pytest.mark.parametrize(
    ("distribution", "python", "suite"),
    [
        ("debian", "3.11.2-1+b1", "own"),
        ("debian", "3.13.5-1", "own"),
        ("debian", "3.14.2-1", "trixie"),
        ("ubuntu", "3.14.0-1", "noble"),
        ("other", "3.14.0-1", "own"),
    ],
)
def test_a_release_whose_python_cannot_run_the_app_gives_way_to_an_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, distribution: str, python: str, suite: str
) -> None:
    write(tmp_path / "bin/apt-cache", f"#!/bin/sh\necho 'Package: python3'\necho 'Version: {python}'\n")
    (tmp_path / "bin/apt-cache").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/bin")
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": distribution, "VERSION_CODENAME": "own"})
    assert standin_image._suite() == suite  # noqa: SLF001


def test_when_no_system_can_be_made_the_last_words_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "bin/mmdebstrap", '#!/bin/sh\necho "I: $*"\necho "E: no network" >&2\nexit 25\n')
    (tmp_path / "bin/mmdebstrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(TutorialError, match=r"could not be made:\nE: no network\n.*check the network"):
        standin_image._bootstrap(tmp_path, ["libssl3"], "true", "trixie")  # noqa: SLF001


def test_what_comes_on_top_is_owned_by_root_and_open_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "python/bin/pip3", "#!/usr/local/bin/python3")
    write(tmp_path / "pip.conf", standin_image.PIP_CONF)
    write(tmp_path / "certificates", "of this machine")
    for path in tmp_path.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.chown(path, os.getuid(), os.getgid())
    monkeypatch.setattr(standin_image, "CA_BUNDLE", tmp_path / "certificates")
    standin_image._pack(tmp_path)  # noqa: SLF001
    with tarfile.open(tmp_path / "files.tar") as archive:
        entries = {entry.name: entry for entry in archive}
    assert {name: oct(entry.mode) for name, entry in entries.items()} == {
        "usr/local": "0o755",
        "usr/local/bin": "0o755",
        "usr/local/bin/pip3": "0o644",
        "etc/pip.conf": "0o644",
        str(tmp_path / "certificates").lstrip("/"): "0o644",
    }
    assert {(entry.uid, entry.gid, entry.uname) for entry in entries.values()} == {(0, 0, "")}


def test_an_engine_that_does_not_take_it_says_why(tmp_path: Path) -> None:
    class Engine:
        """Answers as an engine whose disk is full: the failure stands in an answer that begins well."""

        api: Engine

        def import_image(self, *_names: str, **_options: object) -> str:
            return '{"status":"Importing"}\n{"errorDetail":{},"error":"no space left on device"}\n'

    engine: Any = Engine()
    engine.api = engine
    with pytest.raises(TutorialError, match="did not take the stand-in: no space left on device"):
        standin_image._import(engine, tmp_path / "system.tar", "Debian")  # noqa: SLF001
