"""What counts as left over, and how many bytes that is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from workbench.claims import claim
from workbench.doctor.probes import leftovers as probes
from workbench.labels import lesson_labels, service_labels
from workbench.names import username

from . import machines

SESSION = f"{username()}/test-of-leftovers"
OURS = lesson_labels(SESSION)


def using(**things: list[dict[str, Any]]) -> Any:
    usage: dict[str, Any] = {"Containers": None, "Images": None, "Volumes": None, **things}
    return machines.machine(client=SimpleNamespace(df=lambda: usage))


def test_what_is_left_is_counted_without_what_others_share() -> None:
    images = [{"Labels": OURS, "Size": 190_000_000, "SharedSize": 185_000_000}]
    written: dict[str, Any] = {"Labels": OURS, "SizeRw": 1_000_000}
    containers: list[dict[str, Any]] = [written, {"Labels": OURS}]  # nothing was written in the second
    volumes = [{"Labels": OURS, "UsageData": {"Size": 500_000}}, {"Labels": OURS, "UsageData": {"Size": -1}}]
    seen = probes.leftovers(using(Images=images, Containers=containers, Volumes=volumes))
    assert (seen.state, seen.fix) == ("warning", "./tutorial clean")
    assert seen.found == "2 containers, 1 image, 2 volumes of ours, 6.50 MB, of no notebook that runs"


@pytest.mark.parametrize(
    "labels",
    [None, {}, service_labels(), lesson_labels("somebody-else/degrees_api"), {"containers-hands-on": "lesson"}],
    ids=["none", "empty", "service", "another user's", "no session"],
)
def test_what_is_not_ours_is_no_leftover(labels: dict[str, str] | None) -> None:
    assert probes.leftovers(using(Images=[{"Labels": labels, "Size": 1, "SharedSize": 0}])).state == "ok"


def test_what_a_running_notebook_uses_is_no_leftover() -> None:
    made = using(Containers=[{"Labels": OURS, "SizeRw": 1}])
    _, lock = claim([SESSION])
    assert probes.leftovers(made).state == "ok"
    lock.release()
    assert probes.leftovers(made).state == "warning"
