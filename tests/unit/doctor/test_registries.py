"""Registries and logins, as far as no registry is needed to judge them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, ImageNotFound

from tests.unit import machines
from workbench.doctor import Targets
from workbench.doctor.probes import registries as probes
from workbench.provision import base_record
from workbench.provision.base_record import DOCKER_HUB, Served
from workbench.settings import BASE_TAG, STANDIN_LABEL, Paths

OFFICIAL = "sha256:0"  # a digest
ATTRS = {"RepoDigests": [f"python@{OFFICIAL}"], "Config": {"Env": [f"PYTHON_VERSION={BASE_TAG}"]}}


@pytest.fixture(name="around", autouse=True)
def fixture_around(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Targets:
    """Give a machine that has no login and no registry."""
    monkeypatch.setenv("DOCKER_CONFIG", str(paths.root))
    paths.state.mkdir()
    for name in ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return Targets(paths=paths)


def engine(labels: dict[str, str] | None, served: str | None) -> Any:
    """Stand in for an engine whose base image has labels, or which has none; and whether a registry serves it."""

    def get(_name: str) -> Any:
        if labels is None:
            raise ImageNotFound("none")
        return SimpleNamespace(id="sha256:1", labels=labels, attrs=ATTRS)

    def inspect(_name: str) -> None:
        if served is not None:
            raise APIError("", explanation=served)

    return SimpleNamespace(images=SimpleNamespace(get=get), api=SimpleNamespace(inspect_distribution=inspect))


@pytest.mark.parametrize(
    ("labels", "served", "told"),
    [
        ({}, None, ("ok", "python:3.8.10, which isn't known to come from Docker Hub", "")),
        ({STANDIN_LABEL: "made here"}, None, ("ok", "A stand-in for python:3.8.10, made here", "")),
        (None, None, ("problem", "python:3.8.10 is not on this engine", "docker pull python:3.8.10")),
        (None, "denied", ("problem", "python:3.8.10 is not on this engine", "./tutorial start")),
    ],
)
def test_base_image(
    around: Targets, labels: dict[str, str] | None, served: str | None, told: tuple[str, str, str]
) -> None:
    seen = probes.base_present(machines.machine(around=around, client=engine(labels, served)))
    assert (seen.state, seen.found, seen.fix) == told


@pytest.mark.parametrize(
    ("digest", "found"),
    [
        (OFFICIAL, "python:3.8.10 from Docker Hub"),
        ("sha256:2", "python:3.8.10, which isn't known to come from Docker Hub"),
    ],
)
def test_a_base_is_official_only_where_docker_hub_gave_its_digest(around: Targets, digest: str, found: str) -> None:
    base_record.record(around.paths, Served((digest,), "", DOCKER_HUB))
    assert probes.base_present(machines.machine(around=around, client=engine({}, None))).found == found


def test_a_pull_that_is_refused_is_told_with_the_engines_words(around: Targets) -> None:
    made = machines.machine(
        around=around,
        client=engine({}, "toomanyrequests: You have reached your pull rate limit"),
        info=machines.INFO,
    )
    seen = probes.pull(made)
    assert (seen.state, seen.fix) == ("problem", "./tutorial start")
    assert seen.found.endswith("toomanyrequests: You have reached your pull rate limit")
    assert probes.pull(machines.machine(around=around, client=engine({}, None))).state == "ok"


def test_an_engine_without_mirrors_is_fine() -> None:
    assert probes.mirror(machines.machine(info={"RegistryConfig": {"Mirrors": None}})).state == "ok"


def test_a_registry_that_is_another_server_is_not_taken_for_ours(
    around: Targets, monkeypatch: pytest.MonkeyPatch
) -> None:
    (around.paths.state / "registry.port").write_text("5002")
    monkeypatch.setattr(probes, "status", lambda *_call: 404)
    seen = probes.push_target(machines.machine(around=around))
    assert (seen.state, seen.found) == ("problem", "What answers on 127.0.0.1:5002 is not a registry: status 404")


def test_who_pushes_to_docker_hub_needs_no_registry_here(around: Targets, monkeypatch: pytest.MonkeyPatch) -> None:
    assert probes.push_target(machines.machine(around=around)).state == "problem"
    monkeypatch.setenv("DOCKERHUB_USERNAME", "ada")
    assert probes.push_target(machines.machine(around=around)).state == "problem", "half a login is none"
    monkeypatch.setenv("DOCKERHUB_TOKEN", "secret")
    assert probes.push_target(machines.machine(around=around)).state == "ok"


def test_the_reason_is_the_innermost_cause() -> None:
    made = machines.machine(around=Targets(hub="http://127.0.0.1:1", base="x"), client=engine(None, "no"))
    seen = probes.hub_answers(made)
    assert (seen.state, seen.fix) == ("warning", "./tutorial start")
    assert "127.0.0.1:1 can't be reached: " in seen.found
    assert "refused" in seen.found
    assert "Max retries" not in seen.found
    assert "object at 0x" not in seen.found


@pytest.mark.parametrize(
    ("answers", "known", "fix"),
    [
        (None, False, "./tutorial start"),
        (0, False, "./tutorial start"),
        (200, True, "./tutorial start"),  # the mirror is asked already, and does not have it
        (200, False, ""),
    ],
    ids=["no mirror", "stopped", "empty", "not asked"],
)
def test_an_engine_that_does_not_ask_our_mirror_is_told_to(
    around: Targets, answers: int | None, known: bool, fix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if answers is not None:
        (around.paths.state / "mirror.port").write_text("5001")
    monkeypatch.setattr(probes, "status", lambda _url: answers)
    mirrors = ["http://127.0.0.1:5001/"] if known else []
    made = machines.machine(
        around=around, client=engine({}, "no such host"), info={"RegistryConfig": {"Mirrors": mirrors}}
    )
    seen = probes.pull(made)
    assert (seen.state, seen.fix) == ("problem", fix)
    assert bool(seen.advice) == (not fix)
    assert fix or '"registry-mirrors": ["http://127.0.0.1:5001"]' in seen.advice
