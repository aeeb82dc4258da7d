"""The scripts that workflows call, each with what GitHub would give it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from workbench.settings import PATHS

NOTHING: dict[str, str] = {}
RUN = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "7"}


def call(script: str, root: Path = PATHS.root, env: dict[str, str] = NOTHING) -> subprocess.CompletedProcess[str]:
    """Call one script of a checkout, with only these variables beside PATH."""
    line = [str(root / ".ci" / script)]
    given = {"PATH": os.environ["PATH"], **env}
    return subprocess.run(line, env=given, capture_output=True, text=True, check=False)


@pytest.fixture(name="calls")
def fixture_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a `gh` and a `docker` on the PATH that note how they are called; `gh issue list` prints `open`."""
    for name in ("gh", "docker"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho {name} "$*" >>{tmp_path}/calls\n[ "$2" != list ] || cat {tmp_path}/open\n')
        program.chmod(0o755)
    (tmp_path / "open").touch()
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "calls"


def test_a_failure_opens_an_issue_that_names_the_run(calls: Path) -> None:
    assert call("report", env=RUN).returncode == 0
    last = calls.read_text().splitlines()[-1]
    assert last.startswith("gh issue create --title The weekly run fails ")
    assert last.endswith("https://github.example/a/b/actions/runs/7")


def test_a_second_failure_is_added_to_the_issue_that_is_open(calls: Path) -> None:
    (calls.parent / "open").write_text("12\n")
    assert call("report", env=RUN).returncode == 0
    last = calls.read_text().splitlines()[-1]
    assert last == "gh issue comment 12 --body It failed again: https://github.example/a/b/actions/runs/7"


def test_without_a_login_none_is_made(calls: Path) -> None:
    assert call("login", env={"DOCKERHUB_USERNAME": "", "DOCKERHUB_TOKEN": ""}).returncode == 0
    assert not calls.exists()


def test_a_login_is_not_put_on_the_command_line(calls: Path) -> None:
    assert call("login", env={"DOCKERHUB_USERNAME": "ada", "DOCKERHUB_TOKEN": "secret"}).returncode == 0
    assert calls.read_text() == "docker login --username ada --password-stdin\n"


@pytest.mark.parametrize(
    ("ran", "published"),
    [
        ("Ran on Docker Engine 29.1 (API 1.52), with python:3.8.10 from Docker Hub.", True),
        ("Ran on Docker Engine 29.1 (API 1.52), with a stand-in for python:3.8.10, made here.", False),
        ("Ran on Docker Engine 29.1 (API 1.52), with python:3.8.10, which isn't known to come from Docker Hub.", False),
        ("nothing", False),
    ],
)
def test_only_what_ran_on_docker_hubs_image_is_published(tmp_path: Path, ran: str, *, published: bool) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci/official").symlink_to(PATHS.root / ".ci/official")
    pages = tmp_path / ".workbench/recorded/notebooks"
    pages.mkdir(parents=True)
    (pages / "01_a.ipynb").write_text('"Ran on it, with python:3.8.10 from Docker Hub.\\n"')
    (pages / "02_b.ipynb").write_text(f'"{ran}\\n"')
    done = call("official", tmp_path)
    assert (done.returncode == 0) == published
    assert ("02_b.ipynb" in done.stdout) != published
