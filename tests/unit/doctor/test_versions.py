"""Versions beside each other, and files from another system."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit import machines
from workbench.doctor import Targets, container_view
from workbench.doctor.probes import versions as probes
from workbench.errors import TutorialError
from workbench.settings import Paths


def test_another_python_than_the_pages_show_is_said() -> None:
    assert probes.python(machines.machine(inside=machines.inside("3.8.18"))).state == "ok"
    seen = probes.python(machines.machine(inside=machines.inside("3.11.2")))
    assert seen.state == "warning"
    assert seen.found.endswith("3.11.2 in python:3.8.10, where 3.8.10 was expected")


def test_an_image_whose_python_does_not_run_is_a_problem() -> None:
    seen = probes.python(machines.machine(inside=container_view.NoPythonError("it ended", "docker pull python:3.8.10")))
    assert (seen.state, seen.found, seen.fix) == ("problem", "it ended", "docker pull python:3.8.10")


@pytest.mark.parametrize(
    ("docker", "requests", "state"),
    [
        ("7.2.0", "2.34.2", "ok"),
        ("7.1.0", "2.32.0", "ok"),
        ("7.0.0", "2.31.0", "ok"),
        ("7.0.0", "2.32.0", "problem"),
        ("6.1.3", "2.32.5", "problem"),
    ],
)
def test_the_pair_of_packages(docker: str, requests: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "version", {"docker": docker, "requests": requests}.__getitem__)
    seen = probes.docker_py(machines.machine())
    assert seen.state == state
    assert seen.found.startswith(f"docker-py {docker} with requests {requests}")


def test_a_missing_docker_command_is_installed_by_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    seen = probes.command(machines.machine())
    assert (seen.state, seen.fix) == ("warning", "./tutorial start")


@pytest.mark.parametrize("said", ["", "\n", "warning\nError: client version 1.38 is too old. Minimum is 1.44\n"])
def test_a_docker_command_that_is_too_old_is_told_in_its_own_words(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/docker")
    monkeypatch.setattr(subprocess, "run", lambda *_call, **_options: SimpleNamespace(returncode=1, stderr=said))
    monkeypatch.delenv("DOCKER_API_VERSION", raising=False)
    seen = probes.command(machines.machine(version=machines.VERSION))
    assert seen.state == "warning"
    assert seen.found.endswith("Minimum is 1.44" if said.strip() else "it does not say why")
    with pytest.raises(TutorialError, match="No engine"):
        probes.command(machines.machine())


def test_only_files_of_windows_are_named(paths: Paths) -> None:
    around, folder = Targets(paths=paths), paths.app
    folder.mkdir()
    (folder / "app.py").write_bytes(b"print()\n")
    (folder / "data.bin").write_bytes(b"\x00\r\x00\n")
    (folder / "folder").mkdir()
    assert probes.line_ends(machines.machine(around=around)).found == "2 files, all with the line ends of Linux"
    (folder / "run it.sh").write_bytes(b"#!/bin/sh\r\n")
    seen = probes.line_ends(machines.machine(around=around))
    assert seen.fix == f"sed -i 's/\\r$//' '{folder}/run it.sh'"
    subprocess.run(["sh", "-c", seen.fix], check=True)
    assert probes.line_ends(machines.machine(around=around)).state == "ok"


def test_the_files_are_the_students_where_there_are_any(paths: Paths) -> None:
    around = Targets(paths=paths)
    assert around.app == paths.app
    (paths.work / "app").mkdir(parents=True)
    assert around.app == paths.work / "app"


def test_without_the_folder_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(TutorialError, match="There is no folder"):
        probes.line_ends(machines.machine(around=Targets(paths=Paths(tmp_path / "gone"))))


def test_pictures_are_no_text(paths: Paths) -> None:
    paths.app.mkdir()
    (paths.app / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    machine = machines.machine(around=Targets(paths=paths))
    assert probes.line_ends(machine).state == "ok"
    (paths.app / "start.sh").write_bytes(b"#!/bin/sh\r\n")
    assert probes.line_ends(machine).fix == f"sed -i 's/\\r$//' {paths.app}/start.sh"
