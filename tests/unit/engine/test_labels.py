"""The labels of a lesson, and what a sweep says of itself; the sweeps are in ``tests/docker``."""

from __future__ import annotations

import os
import pwd
from types import SimpleNamespace

import pytest

from workbench.engine.labels import Swept, container_name, label_filter, lesson_labels, own_session
from workbench.settings import SESSION_LABEL

ALL = Swept(["web", "box"], ["ada/degrees_api:1.0"], ["front"], ["data", "logs", "more"])


def test_what_is_labelled_is_what_is_looked_for() -> None:
    pairs = [f"{key}={value}" for key, value in lesson_labels("ada/degrees_api").items()]
    assert label_filter("lesson", "ada/degrees_api") == {"label": pairs}
    assert label_filter("lesson")["label"] == pairs[:1]


@pytest.mark.parametrize(
    ("labelled", "session"),
    [
        ("1815/hub/degrees_api", "hub/degrees_api"),
        ("1815/hub/degrees_api-2", "hub/degrees_api-2"),
        ("1816/hub/degrees_api", None),  # another user of that name
        ("1815/ada/degrees_api", None),  # the same user's id, on another machine that has the same engine
        ("1815/hubert/degrees_api", None),
        ("ada/degrees_api", "ada/degrees_api"),  # of an earlier version
        ("hub/degrees_api", None),  # the same, under a name that another user may have
        ("", None),
    ],
)
def test_a_session_is_a_users_own_by_id_and_name(
    monkeypatch: pytest.MonkeyPatch, labelled: str, session: str | None
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1815)
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: SimpleNamespace(pw_name="ada"))
    monkeypatch.setenv("DOCKERHUB_USERNAME", "hub")
    assert own_session(labelled) == session


def test_a_user_whom_the_system_does_not_know_has_sessions_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_uid: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setenv("DOCKERHUB_USERNAME", "hub")
    assert own_session(lesson_labels("hub/degrees_api")[SESSION_LABEL]) == "hub/degrees_api"
    assert own_session("hub/degrees_api") is None


def test_a_sweep_counts_what_it_removed() -> None:
    assert str(ALL) == "Removed 2 containers, 1 image, 1 network, 3 volumes"
    assert str(Swept(images=["x"])) == "Removed 1 image"
    assert str(Swept()) == "Removed nothing: there was nothing of ours"


def test_a_sweep_names_what_it_removed_by_kind() -> None:
    assert ALL.names()[:3] == ["container web", "container box", "image ada/degrees_api:1.0"]
    assert len(ALL.names()) == 7


@pytest.mark.parametrize(("listed", "name"), [(["/web"], "web"), ([], "0123456789ab"), (None, "0123456789ab")])
def test_a_container_that_is_about_to_go_is_called_by_its_id(listed: list[str] | None, name: str) -> None:
    assert container_name({"Id": "0123456789abcdef", "Names": listed}) == name
