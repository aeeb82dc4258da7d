"""The causes that are known, one table a module; the book's page on failures is made from them."""

from __future__ import annotations

from workbench.explain.cause import Cause
from workbench.explain.causes import (
    apt,
    building,
    certificates,
    command_line,
    compose,
    desktop,
    flask,
    host,
    logins,
    machine,
    modules,
    network,
    packages,
    pip,
    podman,
    reaching,
    resources,
    running,
    services,
    sharing,
    stages,
    starting,
)

# The stages of the journey; of two causes that are seen at the same place in a text, the first one counts.
STAGES: dict[str, tuple[Cause, ...]] = {
    "machine": (
        *desktop.CAUSES,
        *host.CAUSES,
        *machine.CAUSES,
        *certificates.CAUSES,
        *network.CAUSES,
        *podman.CAUSES,
    ),
    "building": (*stages.CAUSES, *building.CAUSES, *apt.CAUSES, *pip.CAUSES, *packages.CAUSES, *resources.CAUSES),
    "running": (
        *command_line.CAUSES,
        *starting.CAUSES,
        *flask.CAUSES,
        *modules.CAUSES,
        *running.CAUSES,
        *services.CAUSES,
        *reaching.CAUSES,
        *compose.CAUSES,
    ),
    "sharing": (*logins.CAUSES, *sharing.CAUSES),
}
CAUSES = tuple(cause for causes in STAGES.values() for cause in causes)
