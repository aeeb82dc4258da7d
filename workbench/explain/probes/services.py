"""Probes of networks and of who is on them."""

from __future__ import annotations

from workbench.explain.proof import Case, Proof

DEFAULT = "bridge"


def no_neighbour(case: Case) -> Proof:
    """Look on the container's networks for one of that name."""
    if not case.evidence.container:
        return Proof(None, "no container is known.")
    networks = case.container["NetworkSettings"]["Networks"]
    if set(networks) <= {DEFAULT, "none", "host"}:
        return Proof(True, f"the container is only on the network {' and '.join(networks)}, where names don't work.")
    there = [name for network in networks for name in _names(case, network)]
    found = f"on {' and '.join(networks)}, there are: {', '.join(sorted(there)) or 'none'}."
    return Proof(case.name("host") not in there, found)


def selinux(case: Case) -> Proof:
    """See whether the engine uses SELinux."""
    options = " ".join(case.client.info().get("SecurityOptions") or [])
    uses = "selinux" in options
    return Proof(None, f"the engine uses {'SELinux, so the mount needs :z' if uses else 'no SELinux'}.")


def network_is_gone(case: Case) -> Proof:
    """Look for the network by its ID."""
    known = [network["Id"] for network in case.client.api.networks()]
    there = case.name("network") in known
    return Proof(not there, f"the engine has {'a' if there else 'no'} network with that ID.")


def _names(case: Case, network: str) -> list[str]:
    """Give the names of the containers on a network, and what else they are called there."""
    names = []
    for one in case.client.api.containers(filters={"network": network}):
        names += [str(name).lstrip("/") for name in one["Names"]]
        names += [str(one["Labels"].get("com.docker.compose.service", ""))]
    return [name for name in names if name]
