"""The student's names."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workbench.system import username as names

# As the engine reads it: https://github.com/distribution/reference, path-component.
PATH_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")


def username(monkeypatch: pytest.MonkeyPatch, *, hub: str = "", login: str = "") -> str:
    monkeypatch.setenv("DOCKERHUB_USERNAME", hub)
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, login)
    return names.username()


@example("---")
@example("Ünal_Öz")
@example("学生")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1))
def test_every_login_name_becomes_a_name_that_a_registry_takes(monkeypatch: pytest.MonkeyPatch, login: str) -> None:
    assert PATH_COMPONENT.fullmatch(username(monkeypatch, login=login))


@pytest.mark.parametrize(
    ("login", "expected"),
    [("ada", "ada"), ("Ada.Lovelace", "ada-lovelace"), ("ada__l", "ada-l"), ("-ada-", "ada"), ("学生", "student")],
)
def test_a_name_keeps_what_it_may_of_the_login(monkeypatch: pytest.MonkeyPatch, login: str, expected: str) -> None:
    assert username(monkeypatch, login=login) == expected


def test_the_name_on_docker_hub_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert username(monkeypatch, hub="ada1815", login="ada") == "ada1815"


def test_a_user_without_a_name_is_a_student(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 2)
    assert username(monkeypatch) == "student"
