"""The probes, grouped by what they look at."""

from __future__ import annotations

from workbench.doctor.probes import engine, leftovers, logins, machine, network, ports, registries, releases, versions
from workbench.doctor.probing import Probe

PROBES: tuple[Probe, ...] = (
    *engine.PROBES,
    *releases.PROBES,
    *machine.PROBES,
    *ports.PROBES,
    *registries.PROBES,
    *logins.PROBES,
    *network.PROBES,
    *versions.PROBES,
    *leftovers.PROBES,
)
