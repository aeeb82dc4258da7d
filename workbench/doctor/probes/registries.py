"""Where images come from and go to: Docker Hub, its quota, mirrors, and our registry."""

from __future__ import annotations

import os
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from docker.errors import APIError

from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.probes.http_status import REQUEST_TIMEOUT, reason, status
from workbench.doctor.probes.logins import HUB_LOGIN
from workbench.doctor.probing import Probe
from workbench.engine import docker_hub
from workbench.engine.labels import container_name
from workbench.errors import TutorialError
from workbench.provision import base_image, registries
from workbench.settings import LABEL, LOOPBACK, SERVICE

FEW = 10  # pulls


def hub_answers(machine: Machine) -> ProbeResult:
    """Ask Docker Hub's registry for anything at all; that it wants a login is an answer."""
    address = machine.around.hub
    try:
        requests.get(f"{address}/v2/", timeout=REQUEST_TIMEOUT)
    except requests.RequestException as error:
        found = f"{urlsplit(address).netloc} can't be reached: {reason(error)}."
        if _served(machine):
            return ProbeResult("ok", f"{found} That doesn't matter: {machine.around.base} is here, or a mirror has it.")
        return ProbeResult(
            "warning", found, "./tutorial start", "It makes a stand-in for the base image, and a mirror."
        )
    return ProbeResult("ok", f"{urlsplit(address).netloc} answers")


def _served(machine: Machine) -> bool:
    client, image = machine.client(), machine.around.base
    return bool(base_image.describe(machine.around.paths, client, image)) or _why_not_served(machine) is None


def quota(machine: Machine) -> ProbeResult:
    """Ask Docker Hub how many pulls this address has left, without pulling anything."""
    around = machine.around
    try:
        pulls = docker_hub.pull_quota(REQUEST_TIMEOUT, around.hub, around.hub_login)
    except requests.RequestException as error:
        raise TutorialError(f"Docker Hub can't be reached: {reason(error)}.", "") from error
    if pulls is None:
        return ProbeResult("ok", "Docker Hub names no limit for this address")
    hours = pulls.seconds / 3600
    found = f"{pulls.left} of {pulls.limit} pulls in {hours:g} hours are left"
    if pulls.left >= FEW:
        return ProbeResult("ok", found)
    advice = f"With a login it counts by user. Or wait: each pull counts for {hours:g} hours."
    return ProbeResult("warning", f"{found}, for all who share this network address", "docker login", advice)


def mirror(machine: Machine) -> ProbeResult:
    """Ask each mirror that the engine is told of whether it is there."""
    mirrors = [str(url) for url in machine.info()["RegistryConfig"].get("Mirrors") or []]
    silent = [url for url in mirrors if not status(f"{url.rstrip('/')}/v2/")]
    if not mirrors:
        return ProbeResult("ok", "The engine asks Docker Hub itself, and no mirror")
    if not silent:
        return ProbeResult("ok", f"{', '.join(mirrors)} answers")
    fix = _how_to_start(machine, urlsplit(silent[0]).port)
    return ProbeResult("warning", f"{', '.join(silent)}, which the engine asks first, does not answer", fix)


def _how_to_start(machine: Machine, port: int | None) -> str:
    """Name the container of ours that has this port when it runs."""
    client = machine.client()
    for container in client.api.containers(all=True, filters={"label": f"{LABEL}={SERVICE}", "status": "exited"}):
        doors = client.api.inspect_container(container["Id"])["HostConfig"]["PortBindings"] or {}
        if str(port) in [door["HostPort"] for published in doors.values() for door in published or []]:
            return f"docker start {container_name(container)}"
    return "./tutorial start"


def push_target(machine: Machine) -> ProbeResult:
    """Ask our own registry with our own login, as chapter 06 does."""
    if all(os.environ.get(name) for name in HUB_LOGIN):
        return ProbeResult("ok", "Not needed: chapter 06 pushes to Docker Hub, with the login that is set")
    paths = machine.around.paths
    port = registries.kept_port(paths, registries.PUSH)
    if port is None:
        return ProbeResult("problem", "None was started from this folder yet", "./tutorial start")
    address = f"{LOOPBACK}:{port}"
    code = status(f"http://{address}/v2/", (registries.USER, registries.password(paths)))
    if code == HTTPStatus.OK:
        return ProbeResult("ok", f"{address} answers, and takes the login")
    if code == HTTPStatus.UNAUTHORIZED:
        return ProbeResult(
            "problem", f"{address} answers, and refuses the password that is kept here", "./tutorial start"
        )
    if code:
        return ProbeResult("problem", f"What answers on {address} is not a registry: status {code}", "./tutorial start")
    return ProbeResult("problem", f"{address} does not answer", _how_to_start(machine, port))


def base_present(machine: Machine) -> ProbeResult:
    """See whether the base image is here, and which it is."""
    image = machine.around.base
    words = base_image.in_words(machine.around.paths, machine.client(), image)
    if not base_image.describe(machine.around.paths, machine.client(), image):
        fix = "./tutorial start" if _why_not_served(machine) else f"docker pull {image}"
        return ProbeResult("problem", f"{image} is not on this engine", fix)
    return ProbeResult("ok", words[0].upper() + words[1:] if words.startswith("a ") else words)


def pull(machine: Machine) -> ProbeResult:
    """Let the engine ask for the base image's manifest, which it needs for a pull: from Docker Hub or a mirror."""
    refused = _why_not_served(machine)
    if refused is None:
        return ProbeResult("ok", f"docker pull {machine.around.base} works")
    return ProbeResult("problem", f"docker pull {machine.around.base} fails: {refused}", *_how_to_pull(machine))


def _why_not_served(machine: Machine) -> str | None:
    try:
        machine.client().api.inspect_distribution(machine.around.base)
    except APIError as error:
        return str(error.explanation or error)
    return None


def _how_to_pull(machine: Machine) -> tuple[str, str]:
    port = registries.kept_port(machine.around.paths, registries.MIRROR)
    known = machine.info()["RegistryConfig"].get("Mirrors") or []
    if port is None or not status(f"http://{LOOPBACK}:{port}/v2/") or f"http://{LOOPBACK}:{port}/" in known:
        return "./tutorial start", ""
    return "", base_image.how_to_pull(machine.around.paths)


PROBES = (
    Probe(
        Question("base image", "Is the base image here?", "Each chapter starts from it.", needed=True),
        base_present,
    ),
    Probe(
        Question("pull", "Can the engine pull the base image?", "Chapters 01 and 02 pull it.", needed=True),
        pull,
    ),
    Probe(
        Question(
            "docker hub",
            "Can Docker Hub be reached?",
            "Images come from there; where it is blocked, a mirror and a stand-in take its place.",
        ),
        hub_answers,
    ),
    Probe(
        Question(
            "pull quota",
            "How many pulls does Docker Hub still allow?",
            "Without a login it counts by network address, and a whole room may share one.",
        ),
        quota,
    ),
    Probe(
        Question("mirror", "Do the engine's mirrors answer?", "The engine asks them before it asks Docker Hub."),
        mirror,
    ),
    Probe(
        Question("registry", "Does the local registry take our login?", "Chapter 06 pushes to it.", needed=True),
        push_target,
    ),
)
