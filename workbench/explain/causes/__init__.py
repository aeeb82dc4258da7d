"""The causes that are known, one table a module; the book's page on failures is made from them."""

from __future__ import annotations

from workbench.explain.cause import Cause
from workbench.explain.causes import building, machine, network, packages, reaching, running, sharing, starting

# The stages of the journey; of two causes that are seen at the same place in a text, the first one counts.
STAGES: dict[str, tuple[Cause, ...]] = {
    "machine": (*machine.CAUSES, *network.CAUSES),
    "building": (*building.CAUSES, *packages.CAUSES),
    "running": (*starting.CAUSES, *running.CAUSES, *reaching.CAUSES),
    "sharing": sharing.CAUSES,
}
CAUSES = tuple(cause for causes in STAGES.values() for cause in causes)
