"""What counts as left over, and how many bytes that is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit import machines
from workbench.doctor.probes import leftovers as probes
from workbench.engine import image_layers
from workbench.engine.image_layers import ImageLayers, Instruction
from workbench.engine.labels import lesson_labels
from workbench.settings import PATHS
from workbench.system.locks import claim
from workbench.system.username import username

SESSION = f"{username()}/test-of-leftovers"
OURS = lesson_labels(SESSION)


RUN = Instruction("RUN pip install Flask", 5_000_000, "sha256:r")
COPY = Instruction("COPY app.py /", 2_000, "sha256:c")


def using(**things: list[dict[str, Any]]) -> Any:
    """Stand in for an engine on which these things are, by the method of docker-py's that lists them."""
    listed: dict[str, Any] = {"containers": [], "images": [], "networks": [], "volumes": [], **things}
    answers: dict[str, Any] = {**listed, "volumes": {"Volumes": listed["volumes"] or None}}
    api = {name: lambda answer=answer, **_options: answer for name, answer in answers.items()}
    return machines.machine(client=SimpleNamespace(api=SimpleNamespace(**api)))


def test_what_is_left_is_counted_and_shared_layers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = {"one": (RUN, COPY), "two": (RUN,)}
    monkeypatch.setattr(image_layers, "read", lambda _client, name: ImageLayers(name, "base", 9, 9 * 10**8, ours[name]))
    seen = probes.leftovers(
        using(
            images=[{"Id": "one", "Labels": OURS}, {"Id": "two", "Labels": OURS}],
            containers=[{"Labels": OURS, "SizeRw": 1_000_000}, {"Labels": OURS}],  # nothing was written in the second
            networks=[{"Labels": OURS}],
        )
    )
    assert (seen.state, seen.fix) == ("warning", "./tutorial clean")
    assert seen.found == "2 containers, 2 images, 1 network that no running notebook uses: 6.00 MB"


def test_what_is_in_volumes_is_not_counted_and_that_is_said() -> None:
    seen = probes.leftovers(using(volumes=[{"Labels": OURS}, {"Labels": OURS}]))
    assert seen.found == "2 volumes that no running notebook uses: 0 bytes and what is in volumes"


@pytest.mark.parametrize(
    "labels",
    [None, {}, lesson_labels("somebody-else/degrees_api"), {"containers-hands-on": "lesson"}],
    ids=["none", "empty", "another user's", "no session"],
)
def test_what_is_not_ours_is_no_leftover(labels: dict[str, str] | None) -> None:
    others = lesson_labels("somebody-else/degrees_api")
    assert probes.leftovers(using(networks=[{"Labels": labels}, {"Labels": others}])).state == "ok"


def test_what_a_running_notebook_uses_is_no_leftover() -> None:
    made = using(containers=[{"Labels": OURS, "SizeRw": 1}])
    _, lock = claim(PATHS, [SESSION])
    assert probes.leftovers(made).state == "ok"
    lock.release()
    assert probes.leftovers(made).state == "warning"
