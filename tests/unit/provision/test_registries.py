"""Ports, names and the push target of the registries; their containers are in ``tests/docker``."""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from workbench.errors import TutorialError
from workbench.provision import registries
from workbench.provision.registries import HUB, MIRROR, PUSH, PushTarget
from workbench.settings import LOOPBACK, Paths


@pytest.fixture(name="state", autouse=True)
def fixture_state(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DOCKERHUB_USERNAME", raising=False)
    monkeypatch.delenv("DOCKERHUB_TOKEN", raising=False)
    return paths.state


@pytest.fixture(name="taken")
def fixture_taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Hold the usual port of both registries."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = int(listener.getsockname()[1])
        monkeypatch.setattr(registries, "FIRST_PORT", {MIRROR: port, PUSH: port})
        yield port


def test_a_port_is_chosen_once_and_kept(
    paths: Paths, state: Path, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    port = registries.port(paths, MIRROR)
    assert capsys.readouterr().out.startswith(f"Port {taken} is taken by process {psutil.Process().name()} ")
    assert registries.port(paths, MIRROR) == port > taken
    assert (state / "mirror.port").read_text() == str(port)
    assert capsys.readouterr().out == ""


def test_both_registries_and_the_lab_have_different_ports(paths: Paths, state: Path, taken: int) -> None:
    state.mkdir()
    (state / "lab.port").write_text(str(taken + 1))
    assert len({registries.port(paths, MIRROR), registries.port(paths, PUSH), taken + 1}) == 3


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("kept", ["", "half a numb", "\0"])
def test_a_port_file_that_says_nothing_is_written_again(paths: Paths, state: Path, kept: str) -> None:
    state.mkdir()
    for kind in (MIRROR, PUSH):
        (state / f"{kind}.port").write_text(kept)
    assert len({registries.port(paths, kind) for kind in (MIRROR, PUSH)}) == 2
    assert (state / "mirror.port").read_text() == str(registries.port(paths, MIRROR))


def test_each_checkout_has_registries_of_its_own(paths: Paths) -> None:
    ours = registries.container_name(paths, MIRROR)
    assert ours.startswith("containers-hands-on-mirror-")
    assert ours != registries.container_name(paths, PUSH)
    assert registries.container_name(Paths(paths.root / "another"), MIRROR) != ours


def test_the_password_is_random_kept_and_readable_by_its_owner(paths: Paths, state: Path) -> None:
    assert registries.password(paths) == registries.password(paths)
    assert stat.S_IMODE((state / "registry.password").stat().st_mode) == 0o600


def test_a_login_is_marked_without_being_given_away(paths: Paths, state: Path) -> None:
    mark, password = registries._login_mark(paths, PUSH), registries.password(paths)  # noqa: SLF001
    assert mark not in password
    assert password not in mark
    (state / "registry.password").unlink()
    assert registries._login_mark(paths, PUSH) != mark  # noqa: SLF001


def test_without_a_registry_the_next_step_is_start(paths: Paths, taken: int) -> None:
    assert not registries.answers(paths, PUSH)
    with pytest.raises(TutorialError, match=r"does not answer on port \d+\.\nStart it: \./tutorial start"):
        registries.push_target(paths)
    assert registries.port(paths, PUSH) != taken


def test_who_has_a_login_for_docker_hub_pushes_there(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKERHUB_USERNAME", "ada")
    monkeypatch.setenv("DOCKERHUB_TOKEN", "dckr_pat_secret")
    target = registries.push_target(paths)
    assert (target.address, target.username, target.password) == (HUB, "ada", "dckr_pat_secret")
    assert target.repository("ada/degrees_api") == "ada/degrees_api"
    assert "secret" not in repr(target)


@pytest.mark.parametrize("variable", ["DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"])
def test_half_a_login_for_docker_hub_is_none(paths: Paths, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "x")
    monkeypatch.setattr(registries, "answers", lambda _paths, _kind: True)
    assert registries.push_target(paths).address.startswith(f"{LOOPBACK}:")


def test_a_name_in_our_registry_begins_with_its_address() -> None:
    target = PushTarget("127.0.0.1:5002", "student", "secret")
    assert target.repository("ada/degrees_api") == "127.0.0.1:5002/ada/degrees_api"


def test_a_kept_port_that_a_program_took_meanwhile_is_given_up(
    paths: Paths, state: Path, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    state.mkdir()
    (state / "mirror.port").write_text(str(taken))
    moved = registries.free_port(paths, MIRROR)
    assert moved > taken
    assert capsys.readouterr().out.startswith(f"Port {taken} is taken by process ")
    assert registries.free_port(paths, MIRROR) == registries.port(paths, MIRROR) == moved
    assert capsys.readouterr().out == ""
