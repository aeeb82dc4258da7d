"""What depends on the engine's release: who reaches a published port, how images are kept, and who builds them."""

from __future__ import annotations

import io
import re
from ipaddress import ip_address, ip_network
from typing import Any

from docker.errors import APIError, BuildError

from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.probes.engine import UPDATE
from workbench.doctor.probing import Probe
from workbench.settings import LOOPBACK
from workbench.system.apt import as_root

# From this release on, Docker drops what comes from the network for a port that is published on loopback: moby#45610.
LOOPBACK_IS_CLOSED = 28
DOCKER = "Engine"  # what Docker's own engine calls itself among the components of `docker version`
RELOAD = "kill -HUP $(pidof dockerd)"


def loopback_ports(machine: Machine) -> ProbeResult:
    """Tell whether other computers reach what is published on this machine's loopback address."""
    version = machine.version()
    if _component(version) != DOCKER:
        return ProbeResult("ok", f"{_component(version)} publishes ports by its own rules")
    name = f"Docker Engine {version['Version']}"
    if _major(version) >= LOOPBACK_IS_CLOSED:
        return ProbeResult("ok", f"{name} lets only this machine reach a port that is published on {LOOPBACK}")
    found = f"{name} lets other computers of your local network reach a port that is published on {LOOPBACK}"
    return ProbeResult("warning", found, advice=f"In a network that you don't trust, stop containers early. {UPDATE}")


def _component(version: dict[str, Any]) -> str:
    return str((version.get("Components") or [{}])[0].get("Name", DOCKER))


def _major(version: dict[str, Any]) -> int:
    found = re.match(r"\d+", version["Version"])
    return int(found[0]) if found else LOOPBACK_IS_CLOSED  # a release of no number is one that its user built


def image_store(machine: Machine) -> ProbeResult:
    """Name the store in which the engine keeps images: ``docker info``."""
    info = machine.info()
    if dict(info.get("DriverStatus") or []).get("driver-type") != "io.containerd.snapshotter.v1":
        return ProbeResult("ok", f"The engine keeps images in its own store, {info['Driver']}")
    found = (
        "The engine keeps images in containerd's store, as Docker 29 and later do: an image's ID is the digest that a "
        "registry knows it by, and docker images counts its packed layers, too"
    )
    return ProbeResult("ok", found)


def loopback_registries(machine: Machine) -> ProbeResult:
    """Tell whether the engine takes registries on loopback without TLS: ``docker info``."""
    trusted = machine.info()["RegistryConfig"].get("InsecureRegistryCIDRs") or []
    if any(ip_address(LOOPBACK) in ip_network(network) for network in trusted if ":" not in network):
        return ProbeResult("ok", f"The engine speaks plain HTTP with registries on {LOOPBACK}")
    found = f"The engine wants TLS of registries on {LOOPBACK}, where the mirror and the push target have none"
    advice = (
        'In /etc/docker/daemon.json, add "127.0.0.0/8" to "insecure-registries", then run the command. From Docker '
        "29.10 on, a list of your own there no longer includes loopback."
    )
    return ProbeResult("problem", found, as_root(RELOAD), advice)


def builder(machine: Machine) -> ProbeResult:
    """Ask whether docker-py can build here, by a build that is refused for its empty Dockerfile and makes nothing."""
    refused = _refusal(machine)
    if "Dockerfile" in refused or "FROM" in refused:
        return ProbeResult("ok", "docker-py builds with the engine's classic builder, which is deprecated")
    found = f"The engine no longer builds for docker-py: {refused}"
    advice = (
        "Chapters 01 and 02 work. From chapter 03 on, build in the CLI tabs, where docker build uses BuildKit; the "
        "cells that build fail."
    )
    return ProbeResult("problem", found, advice=advice)


def _refusal(machine: Machine) -> str:
    try:
        machine.client().images.build(fileobj=io.BytesIO(b""), rm=True)
    except APIError as error:
        return str(error.explanation or error)
    except BuildError as error:
        return str(error.msg)
    return "it takes an empty Dockerfile"


PROBES = (
    Probe(
        Question(
            "loopback ports",
            "Who can reach a port that is published on loopback?",
            "Chapter 05 publishes the app there, so that only you can reach it.",
        ),
        loopback_ports,
    ),
    Probe(
        Question("image store", "Where does the engine keep images?", "IDs and sizes differ between the two stores."),
        image_store,
    ),
    Probe(
        Question(
            "loopback registries",
            "Does the engine take registries on loopback without TLS?",
            "The mirror and the push target of chapter 06 are such registries.",
        ),
        loopback_registries,
    ),
    Probe(
        Question("builder", "Can docker-py build images here?", "The cells of chapters 03 to 06 do."),
        builder,
    ),
)
