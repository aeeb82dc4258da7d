"""What a probe says where it can't tell: the message, the engine's answer, or another answer lacks something."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from workbench.explain.cause import Cause
from workbench.explain.causes import CAUSES
from workbench.explain.evidence import Evidence
from workbench.explain.probes import machine, network, running, sharing
from workbench.explain.proof import Case, Probe, Proof, run


class EmptyApi:
    """Answers each call with nothing in it."""

    def __getattr__(self, _name: str) -> Callable[..., dict[str, Any]]:
        return lambda *_arguments, **_options: {}


class EmptyEngine(EmptyApi):
    """An engine whose answers are empty."""

    api = EmptyApi()
    containers = SimpleNamespace(run=lambda *_arguments, **_options: b"")
    images = SimpleNamespace(get=lambda _name: SimpleNamespace(attrs={}))


class EveryName(dict[str, str]):
    """The names of a message that leaves none out."""

    def __missing__(self, _name: str) -> str:
        return "1"


def case_on(engine: object, names: dict[str, str]) -> Case:
    case = Case(Evidence(container="box", image="box"), names)
    vars(case)["client"] = engine
    return case


@pytest.mark.parametrize(
    ("probe", "name"), [(machine.container_on_port, "port"), (sharing.no_image, "image"), (sharing.tags, "repository")]
)
def test_what_the_message_leaves_out_is_said_of_the_message(probe: Probe, name: str) -> None:
    assert run(probe, Case(Evidence(), {})) == Proof(None, f"the message doesn't name the {name}.")


@pytest.mark.parametrize(
    ("probe", "field"),
    [
        (running.out_of_memory, "HostConfig"),
        (running.killed, "Name"),
        (machine.little_space, "DockerRootDir"),
        (sharing.platform, "Os"),
    ],
)
def test_what_the_engine_leaves_out_is_said_of_the_engine(probe: Probe, field: str) -> None:
    proof = run(probe, case_on(EmptyEngine(), {"platform": "linux/arm64"}))
    assert proof == Proof(None, f"this engine's answer has no {field}.")


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_no_probe_blames_a_message_that_names_everything(cause: Cause, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = SimpleNamespace(json=dict, headers={}, status_code=200, ok=True)
    for name in ("get", "head"):
        monkeypatch.setattr(f"requests.{name}", lambda *_arguments, **_options: answer)
    assert "the message doesn't name" not in run(cause.prove, case_on(EmptyEngine(), EveryName())).found


def test_an_answer_of_docker_hub_is_not_the_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.get", lambda *_arguments, **_options: SimpleNamespace(json=dict))
    assert run(network.quota, Case(Evidence(), {})) == Proof(None, "Docker Hub doesn't say how many pulls are left.")


def test_a_login_by_token_is_not_the_engines_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    logins = SimpleNamespace(resolve_authconfig=lambda _registry: {"IdentityToken": "t"})
    monkeypatch.setattr(sharing, "load_config", lambda: logins)
    sent: list[object] = []

    def http_get(_url: str, *, auth: object, timeout: float) -> SimpleNamespace:  # noqa: ARG001
        sent.append(auth)
        return SimpleNamespace(ok=False, status_code=401)

    monkeypatch.setattr("workbench.engine.ports.http_get", http_get)
    proof = run(sharing.tags, Case(Evidence(), {"repository": "localhost:5002/app", "tag": "1.0"}))
    assert proof == Proof(None, "the registry answers 401 when it is asked for the tags.")
    assert sent == [None]
