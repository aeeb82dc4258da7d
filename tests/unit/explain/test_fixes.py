"""Fixes that are written from what a probe finds."""

from __future__ import annotations

import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench.engine import labels
from workbench.explain.evidence import Evidence
from workbench.explain.probes import building, running
from workbench.explain.proof import Case
from workbench.settings import SESSION_LABEL


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("COPY degrees_api.py", "COPY degrees_api.py ./"),
        ("COPY", "COPY FILE ./"),
        ("ENV GREETING", "ENV NAME=value"),
        ("FROM python:3.8.10 AS", "FROM python:3.8.10"),
        ("WORKDIR /my app", "WORKDIR /srv"),
        ("STOPSIGNAL", "STOPSIGNAL ..."),
    ],
)
def test_an_instruction_is_completed_by_its_own_rule(line: str, whole: str) -> None:
    assert building._complete(*line.split()) == whole  # noqa: SLF001


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("python /polite.py", '["python", "/polite.py"]'),
        ("python '/my polite.py'", '["python", "/my polite.py"]'),
        ("cd /srv && python app.py", "cd /srv && exec python app.py"),
        ("cd /srv; touch x && python app.py", "cd /srv; touch x && exec python app.py"),
        ("python app.py --port $PORT", "exec python app.py --port $PORT"),
        ("DEBUG=1 python app.py", "DEBUG=1 exec python app.py"),
    ],
)
def test_a_command_does_without_the_shell_or_takes_its_place(line: str, command: str) -> None:
    assert running._without_shell(line) == {"command": command}  # noqa: SLF001


@pytest.mark.parametrize("line", ['python -c "a && b" && true', "a | b", "a && b || true", "python app.py;"])
def test_a_line_that_is_not_plain_is_left_to_its_author(line: str) -> None:
    assert running._without_shell(line) == {}  # noqa: SLF001


@pytest.mark.parametrize("line", ["exec python app.py", "cd /srv && exec python app.py"])
def test_where_exec_is_there_already_no_shell_keeps_the_signal(line: str) -> None:
    assert running.EXEC.search(line)


def test_a_file_is_named_as_a_shell_takes_it(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile (1).txt").touch()
    proof = building.no_dockerfile(Case(Evidence(folder=str(tmp_path)), {}))
    assert proof.names == {"name": "'Dockerfile (1).txt'"}
    secret = tmp_path / "ada's key"
    secret.touch()
    proof = building.unreadable(Case(Evidence(folder=str(tmp_path)), {"file": str(secret)}))
    assert shlex.split(proof.names["name"]) == ["ada's key"]


def test_what_a_proof_started_is_the_users_to_clean() -> None:
    session = Case(Evidence(), {})._labels[SESSION_LABEL]  # noqa: SLF001
    assert labels.own_session(session)


@pytest.mark.parametrize(("heard", "lack", "seconds"), [([False, False, True], True, 60), ([False], False, 0.1)])
def test_the_reason_of_an_end_may_come_after_it(
    heard: list[bool], lack: bool, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "HEARSAY", seconds)
    answers = iter(heard)
    says = {"State": {"OOMKilled": False}}

    def inspect_container(_name: str) -> dict[str, dict[str, bool]]:
        says["State"]["OOMKilled"] = next(answers, heard[-1])
        return says

    case = Case(Evidence(container="box"), {})
    vars(case)["client"] = SimpleNamespace(api=SimpleNamespace(inspect_container=inspect_container))
    assert running._heard_of_lack(case) is lack  # noqa: SLF001


@pytest.mark.parametrize(
    ("limit", "remembered", "lack"),
    [
        (20, ["die"], True),
        (20, ["kill", "die"], False),  # by somebody, through the engine
        (20, [], False),  # too long ago
        (0, ["die"], False),
    ],
)
def test_where_the_engine_has_missed_the_lack_of_memory_its_events_tell(
    limit: int, remembered: list[str], lack: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "HEARSAY", 0)
    box = {
        "Id": "1",
        "Name": "/box",
        "HostConfig": {"Memory": limit * 2**20},
        "State": {"OOMKilled": False, "ExitCode": 137},
    }
    events = [{"Action": action} for action in remembered]
    case = Case(Evidence(container="box"), {})
    api = SimpleNamespace(inspect_container=lambda _name: box)
    vars(case)["client"] = SimpleNamespace(api=api, events=lambda **_options: iter(events))
    assert running.out_of_memory(case).confirmed is lack
    assert running.killed(case).confirmed is not lack
