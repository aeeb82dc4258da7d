"""What depends on the engine's release."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, BuildError

from tests.unit import machines
from workbench.doctor.probes import releases as probes

SNAPSHOTS = [["driver-type", "io.containerd.snapshotter.v1"]]


def version(text: str, component: str = "Engine") -> dict[str, Any]:
    return {**machines.VERSION, "Version": text, "Components": [{"Name": component}]}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (version("20.10.24+dfsg1"), "warning"),
        (version("27.5.1"), "warning"),
        (version("28.0.0-rc.1"), "ok"),
        (version("28.5.2+dfsg4"), "ok"),
        (version("100.1"), "ok"),
        (version("library-import"), "ok"),
        (version("5.8.6", "Podman Engine"), "ok"),
        ({**machines.VERSION, "Version": "19.3"}, "warning"),
    ],
)
def test_before_28_the_local_network_reaches_what_is_published_on_loopback(said: Any, state: str) -> None:
    assert probes.loopback_ports(machines.machine(version=said)).state == state


@pytest.mark.parametrize(
    ("status", "words"),
    [(SNAPSHOTS, "containerd's store"), ([["Backing Filesystem", "extfs"]], "own store, overlay2"), (None, "overlay2")],
)
def test_the_image_store_is_named(status: Any, words: str) -> None:
    seen = probes.image_store(machines.machine(info={"Driver": "overlay2", "DriverStatus": status}))
    assert seen.state == "ok"
    assert words in seen.found


@pytest.mark.parametrize(
    ("trusted", "state"),
    [
        (["127.0.0.0/8"], "ok"),
        (["::1/128", "127.0.0.0/8"], "ok"),
        (["10.0.0.0/8", "0.0.0.0/0"], "ok"),
        (["127.0.0.1/32"], "ok"),
        (["::1/128"], "problem"),
        (["10.0.0.0/8"], "problem"),
        ([], "problem"),
        (None, "problem"),
    ],
)
def test_an_engine_that_wants_tls_of_loopback_is_told_what_to_set(trusted: Any, state: str) -> None:
    config = {**machines.INFO["RegistryConfig"], "InsecureRegistryCIDRs": trusted}
    seen = probes.loopback_registries(machines.machine(info={"RegistryConfig": config}))
    assert seen.state == state
    assert ('"127.0.0.0/8"' in seen.advice) == (state == "problem")


def engine(error: Exception | None) -> Any:
    def build(**_options: object) -> None:
        if error is not None:
            raise error

    return SimpleNamespace(images=SimpleNamespace(build=build))


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (APIError("400", explanation="the Dockerfile (Dockerfile) cannot be empty"), "ok"),
        (BuildError("no FROM statement found", iter(())), "ok"),
        (APIError("404", explanation="page not found"), "problem"),
        (APIError("501", explanation="the classic builder was removed: use buildx"), "problem"),
        (None, "ok"),
    ],
)
def test_an_engine_without_the_classic_builder_is_told_by_how_it_refuses(refusal: Any, state: str) -> None:
    seen = probes.builder(machines.machine(client=engine(refusal)))
    assert seen.state == state
    assert ("Chapters 01 and 02 work" in seen.advice) == (state == "problem")
