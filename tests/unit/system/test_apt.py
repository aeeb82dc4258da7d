"""What is installed, by an apt-get and a sudo that only write down what they were asked."""

from __future__ import annotations

import os
import pty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.errors import TutorialError
from workbench.system import apt

INSTALL_CURL = "apt-get install -y --no-install-recommends curl"


@pytest.fixture(name="machine", autouse=True)
def fixture_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine with an apt-get and nothing else, for root, with nobody at the keyboard."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    monkeypatch.setattr(apt, "CI", False)
    be(monkeypatch, 0)
    add_program(programs, "apt-get", 'echo "$DEBIAN_FRONTEND apt-get $*" >>"$0.calls"')
    return programs


@pytest.fixture(name="at_the_keyboard")
def fixture_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Give a real terminal as standard input; what is passed is typed into it."""
    keyboard, terminal = pty.openpty()
    with os.fdopen(terminal, encoding="utf-8") as screen:
        monkeypatch.setattr("sys.stdin", screen)
        yield lambda keys: (os.write(keyboard, keys.encode()), None)[1]
    os.close(keyboard)


def be(monkeypatch: pytest.MonkeyPatch, user: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)


def add_program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def calls(machine: Path) -> list[str]:
    written = machine / "apt-get.calls"
    return written.read_text().splitlines() if written.exists() else []


def test_where_nothing_is_missing_nothing_runs(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_program(machine, "curl", "true")
    add_program(machine, "docker", "true")
    apt.ensure("curl", "docker", yes=True)
    apt.ensure(yes=True)
    assert calls(machine) == []
    assert capsys.readouterr().out == ""


def test_what_is_missing_is_installed_and_explained(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_program(machine, "docker", "true")
    apt.ensure("docker", "curl", "mmdebstrap", yes=True)
    assert calls(machine) == [
        "noninteractive apt-get update -qq",
        f"noninteractive {INSTALL_CURL} mmdebstrap",
    ]
    said = capsys.readouterr().out
    assert "curl: the HTTP client of chapter 05" in said
    assert "mmdebstrap: builds a stand-in" in said
    assert "docker" not in said


def test_where_nobody_can_answer_nothing_is_installed(machine: Path) -> None:
    with pytest.raises(TutorialError) as refusal:
        apt.ensure("curl")
    assert refusal.value.what == "Nothing was installed."
    assert INSTALL_CURL in refusal.value.fix
    assert calls(machine) == []


@pytest.mark.parametrize("answer", ["\n", "n\n", "no\n", "yikes\n", "\x04"])
def test_any_answer_but_yes_is_a_no(machine: Path, at_the_keyboard: Callable[[str], None], answer: str) -> None:
    at_the_keyboard(answer)
    with pytest.raises(TutorialError, match="Nothing was installed"):
        apt.ensure("curl")
    assert calls(machine) == []


@pytest.mark.parametrize("answer", ["y\n", "Y\n", " yes \n"])
def test_who_says_yes_gets_it(
    machine: Path, at_the_keyboard: Callable[[str], None], capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    at_the_keyboard(answer)
    apt.ensure("curl")
    assert calls(machine)[-1].endswith(INSTALL_CURL)
    assert INSTALL_CURL in capsys.readouterr().out


def test_ci_means_yes(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "CI", True)
    apt.ensure("curl")
    assert calls(machine)[-1].endswith(INSTALL_CURL)


def test_without_root_and_sudo_the_exact_commands_are_said(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    be(monkeypatch, 1000)
    with pytest.raises(TutorialError) as refusal:
        apt.ensure("curl", yes=True)
    assert "curl: the HTTP client of chapter 05" in refusal.value.what
    assert "this user may not install any" in refusal.value.what
    assert f"apt-get update && {INSTALL_CURL}" in refusal.value.fix
    assert "sudo" not in refusal.value.fix, "there is none"
    assert calls(machine) == []


def test_sudo_is_used_where_this_user_is_not_root(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    be(monkeypatch, 1000)
    add_program(machine, "sudo", 'echo "sudo $1" >>"$(dirname "$0")/apt-get.calls"; exec "$@"')
    add_program(machine, "dirname", 'echo "${1%/*}"')
    apt.ensure("curl", yes=True)
    assert calls(machine) == [
        "sudo apt-get",
        "noninteractive apt-get update -qq",
        "sudo apt-get",
        f"noninteractive {INSTALL_CURL}",
    ]


def test_the_commands_to_copy_are_those_of_this_user(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_program(machine, "sudo", "false")
    with pytest.raises(TutorialError, match="To do it yourself: apt-get update && apt-get install"):
        apt.ensure("curl")
    be(monkeypatch, 1000)
    with pytest.raises(TutorialError, match="To do it yourself: sudo apt-get update && sudo apt-get install"):
        apt.ensure("curl")


def test_without_apt_get_the_systems_own_way_is_named(machine: Path) -> None:
    (machine / "apt-get").unlink()
    with pytest.raises(TutorialError, match="there is no apt-get here") as refusal:
        apt.ensure("curl", yes=True)
    assert "curl" in refusal.value.what
    assert "https://docs.docker.com/engine/install/" in refusal.value.fix


def test_when_apt_get_fails_its_last_words_are_shown(machine: Path) -> None:
    add_program(machine, "apt-get", "echo noise; echo 'E: Unable to locate package curl' >&2; exit 100")
    with pytest.raises(TutorialError) as failure:
        apt.ensure("curl", yes=True)
    assert failure.value.what == "`apt-get update -qq` failed:\nE: Unable to locate package curl"
    assert "./tutorial start again" in failure.value.fix


def test_a_program_in_sbin_is_found_from_every_path() -> None:
    # Where users have no sbin on their PATH; there is no system without ldconfig there.
    assert apt.which("ldconfig")
