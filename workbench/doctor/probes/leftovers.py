"""What runs of notebooks left behind that ended before they tidied up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.claims import claim
from workbench.doctor.finding import Question, Seen
from workbench.doctor.machine import Machine
from workbench.doctor.probing import Probe
from workbench.labels import is_own
from workbench.settings import LABEL, LESSON, SESSION_LABEL
from workbench.views.amounts import count, size

KINDS = {"Containers": "container", "Images": "image", "Volumes": "volume"}


def leftovers(machine: Machine) -> Seen:
    """Count what carries our label and belongs to no notebook that runs: ``docker system df --verbose``."""
    usage = machine.client().df()
    left = {kind: list(_left(usage[kind] or [])) for kind in KINDS}
    found = [count(len(things), KINDS[kind]) for kind, things in left.items() if things]
    if not found:
        return Seen("ok", "Nothing of ours is left over")
    bytes_ = sum(_bytes(thing) for things in left.values() for thing in things)
    return Seen("warning", f"{', '.join(found)} of ours, {size(bytes_)}, of no notebook that runs", "./tutorial clean")


def _left(things: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for thing in things:
        labels = thing.get("Labels") or {}
        session = labels.get(SESSION_LABEL, "")
        if labels.get(LABEL) == LESSON and is_own(session) and not _runs(session):
            yield thing


def _runs(session: str) -> bool:
    """Tell whether a notebook holds this session's claim."""
    try:
        _, lock = claim([session])
    except LookupError:
        return True
    lock.release()
    return False


def _bytes(thing: dict[str, Any]) -> int:
    """Count the bytes that would come back, without those that others share."""
    if "SharedSize" in thing:
        return int(thing["Size"]) - max(0, int(thing["SharedSize"]))
    return int(thing.get("SizeRw", 0) or max(0, (thing.get("UsageData") or {}).get("Size", 0)))


PROBES = (
    Probe(
        Question(
            "leftovers",
            "Is anything left of earlier runs?",
            "A notebook that was cut short leaves containers and images, which take names, ports and room.",
        ),
        leftovers,
    ),
)
