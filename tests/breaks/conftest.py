"""A student at an exercise."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from workbench import engine, labels
from workbench.checks import trial

from .catalogue import Exercise, Sit
from .sittings import Sitting


@pytest.fixture(name="sit")
def fixture_sit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sit]:
    """Seat a student, whom nobody else knows, at an exercise; nothing of theirs is left afterwards."""
    client = engine.connect()
    user = f"test{secrets.token_hex(4)}"
    monkeypatch.setattr(docker, "from_env", lambda: client)
    monkeypatch.setenv("DOCKERHUB_USERNAME", user)
    monkeypatch.delenv("DOCKERHUB_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trial, "PATIENCE", 5.0)
    seated: list[Sitting] = []

    def sit(exercise: Exercise) -> Sitting:
        seated.append(Sitting(client, exercise.page, exercise.number))
        seated[0].play(exercise.until)
        return seated[0]

    yield sit
    seated[0].lesson.clean_up()
    assert labels.find(client, session=f"{user}/degrees_api") == labels.Swept()
    client.close()
