"""Probes of this machine: what was found, why it matters, and a fix that is safe to copy."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

import docker

from workbench import base, engine, ports, registry
from workbench.errors import TutorialError
from workbench.settings import APP_PORT, BASE_IMAGE, LOOPBACK

ENOUGH_DISK = 3e9  # bytes: the official base image, our layers, and room to build


@dataclass(frozen=True)
class Finding:
    """What one probe found.

    Attributes
    ----------
    probe : str
        What was looked at.
    ok : bool
        Whether the journey can go on as far as this is concerned.
    found : str
        What is there.
    why : str
        Why it matters.
    fix : str
        A safe command to copy, or what to do; empty where all is well.
    """

    probe: str
    ok: bool
    found: str
    why: str
    fix: str = ""


def examine() -> list[Finding]:
    """Run every probe; one that needs an engine says so where there is none."""
    try:
        client = engine.connect(timeout=5)
    except TutorialError as error:
        reached = Finding("engine", ok=False, found=error.what, why="Every step talks to an engine.", fix=error.fix)
        return [python(), disk(), port(None), reached]
    return [python(), disk(), port(client), *(probe(client) for probe in WITH_ENGINE)]


def python() -> Finding:
    """Which Python runs the notebooks; it need not be the image's."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", ok=True, found=f"Python {version}", why="Runs the notebooks; the image brings its own.")


def disk() -> Finding:
    """Free space where the engine keeps images on this machine."""
    free = shutil.disk_usage("/").free
    return Finding(
        "disk",
        ok=free >= ENOUGH_DISK,
        found=f"{free / 1e9:.1f} GB free on /",
        why=f"The official {BASE_IMAGE} alone takes 0.9 GB.",
        fix="" if free >= ENOUGH_DISK else "See what Docker could give back: docker system df",
    )


def port(client: docker.DockerClient | None) -> Finding:
    """Whether the app's usual host port is free."""
    free = ports.is_free(APP_PORT)
    return Finding(
        f"port {APP_PORT}",
        ok=True,
        found="free" if free else f"taken by {ports.holder(APP_PORT, client)}",
        why="Chapter 05 publishes the app there; where it is taken, the next free port is used.",
    )


def versions(client: docker.DockerClient) -> Finding:
    """Say which engine answers, and the API version that both sides agreed on."""
    version = client.version()
    return Finding(
        "engine",
        ok=True,
        found=f"Docker Engine {version['Version']}, API {version['ApiVersion']}, {version['Os']}/{version['Arch']}",
        why="Every step talks to an engine.",
    )


def base_image(client: docker.DockerClient) -> Finding:
    """Whether the base image is here, and which."""
    kind = base.describe(client)
    return Finding(
        "base image",
        ok=kind is not None,
        found={None: "missing", "": f"{BASE_IMAGE} from Docker Hub"}.get(kind, f"a stand-in for {BASE_IMAGE}, {kind}"),
        why="Each chapter starts from it.",
        fix="./tutorial start" if kind is None else "",
    )


def pull(client: docker.DockerClient) -> Finding:
    """Whether ``docker pull python:3.8.10`` works, from Docker Hub or a mirror."""
    reason = base.why_not_pulled(client)
    return Finding(
        "pull",
        ok=reason is None,
        found=f"docker pull {BASE_IMAGE} " + (f"fails: {reason}" if reason else "works"),
        why="Chapters 01 and 02 pull it.",
        fix="./tutorial start" if reason else "",
    )


def push_target(_client: docker.DockerClient) -> Finding:
    """Whether our own registry answers, for chapter 06."""
    answers = registry.answers(registry.PUSH)
    return Finding(
        "registry",
        ok=answers,
        found=f"{LOOPBACK}:{registry.port(registry.PUSH)} " + ("answers" if answers else "does not answer"),
        why="Chapter 06 pushes to it.",
        fix="" if answers else "./tutorial start",
    )


WITH_ENGINE: tuple[Callable[[docker.DockerClient], Finding], ...] = (versions, base_image, pull, push_target)
