"""What an engine says of itself, and who may talk to it."""

from __future__ import annotations

import getpass
import grp
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit import machines
from workbench.doctor.machine import current_context
from workbench.doctor.probes import engine as probes
from workbench.engine import client as engine
from workbench.errors import TutorialError


def test_an_engine_that_answers_is_named() -> None:
    seen = probes.answers(machines.machine(version=machines.VERSION))
    assert (seen.state, seen.found) == ("ok", "Docker Engine 29, API 1.44, linux/amd64")


def test_where_nothing_leads_elsewhere_an_engine_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    seen = probes.answers(machines.machine(version=engine.unreachable(OSError("No such file"))))
    assert (seen.state, seen.fix) == ("problem", "./tutorial start")


@pytest.mark.parametrize(
    ("newest", "oldest", "state"),
    [
        ("1.41", "1.12", "ok"),
        ("1.24", "1.24", "ok"),
        ("1.23", "1.12", "problem"),
        ("1.9", "1.9", "problem"),  # nine is less than twenty-four
        ("9.0", "1.45", "ok"),
        ("9.0", "1.46", "warning"),
        ("1.41", "", "ok"),  # Podman leaves it out
    ],
)
def test_languages_are_compared_as_numbers(
    newest: str, oldest: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "MINIMUM_DOCKER_API_VERSION", "1.24")
    monkeypatch.setattr(probes, "DEFAULT_DOCKER_API_VERSION", "1.45")
    version = {**machines.VERSION, "ApiVersion": newest, "MinAPIVersion": oldest}
    assert probes.versions(machines.machine(version=version)).state == state


def test_an_engine_behind_the_network_has_no_socket_file() -> None:
    seen = probes.permission(machines.machine(address="tcp://elsewhere:2376"))
    assert (seen.state, seen.found) == ("ok", "The engine is reached at tcp://elsewhere:2376, by no socket file")


def test_where_no_engine_made_a_socket_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(TutorialError, match="no engine has made it"):
        probes.permission(machines.machine(address=f"unix://{tmp_path}/docker.sock"))


@pytest.mark.parametrize(("members", "fix"), [(["ada"], "newgrp docker"), ([], "usermod -aG docker ada")])
def test_who_joined_the_group_after_the_login_need_not_join_again(
    members: list[str], fix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = tmp_path / "docker.sock"
    socket.touch()
    socket.chmod(0o660)
    monkeypatch.setattr(os, "access", lambda *_call: False)
    monkeypatch.setattr(Path, "group", lambda _path: "docker")
    monkeypatch.setattr(grp, "getgrnam", lambda _name: SimpleNamespace(gr_mem=members))
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")
    seen = probes.permission(machines.machine(address=f"unix://{socket}"))
    assert (seen.state, seen.fix.removeprefix("sudo ")) == ("problem", fix)
    assert seen.found == f"{socket} belongs to the group docker, and ada may not use it."
    assert "groups are read at login" in seen.advice


@pytest.mark.parametrize(
    ("group", "mode", "user"),
    [("root", 0o660, "ada"), ("991", 0o660, "ada"), ("docker", 0o600, "ada"), ("docker", 0o660, None)],
)
def test_nobody_is_told_to_join_a_group_that_opens_nothing_or_too_much(
    group: str, mode: int, user: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of(_path: Path) -> str:
        if group.isdecimal():
            raise KeyError(group)
        return group

    def named() -> str:
        if user is None:
            raise KeyError(os.geteuid())
        return user

    socket = tmp_path / "docker.sock"
    socket.touch()
    socket.chmod(mode)
    monkeypatch.setattr(os, "access", lambda *_call: False)
    monkeypatch.setattr(Path, "group", of)
    monkeypatch.setattr(getpass, "getuser", named)
    seen = probes.permission(machines.machine(address=f"unix://{socket}"))
    assert (seen.state, seen.fix) == ("problem", "")
    assert seen.advice.startswith("No group that may be joined opens ")


def test_a_context_that_is_gone_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text('{"currentContext": "desktop-linux"}')
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert current_context().Host == "unix:///var/run/docker.sock"
