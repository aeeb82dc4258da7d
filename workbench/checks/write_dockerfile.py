"""Checks of chapter 03."""

from __future__ import annotations

import re

from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks import startup
from workbench.checks.engine_state import (
    Check,
    CheckResult,
    EngineState,
    layers,
    run_inside,
    take_out,
    text_of,
    verdict,
)
from workbench.engine.image_layers import read
from workbench.settings import APP_TAG, BASE_IMAGE

SUM_TAG = "sum"
SPARE = 1_000_000  # bytes: far more than a checksum takes, far less than the file
CHECKSUM = re.compile(r"[0-9a-f]{32,128}\b")  # from MD5 to SHA-512
SUM_OF_NOTHING = ("e3b0c44298fc1c149afb", "d41d8cd98f00b204e980", "da39a3ee5e6b4b0d3255")  # SHA-256, MD5, SHA-1

USER_TAG = "user"
ROOT = "0"  # its user ID

PLACE = "/srv/degrees_api.py"
SHELL = ["/bin/sh", "-c"]


def no_leftovers(engine: EngineState) -> CheckResult:
    """See that an image has the checksum of a file and nothing of the file itself, in none of its layers."""
    name = f"{engine.session}:{SUM_TAG}"
    image = engine.find_image(name)
    if image is None:
        return CheckResult(
            ok=False, message=f"no image has the name {name}. Which argument of the build gives the name?"
        )
    problem = _wrong_files(engine, image)
    if not problem and (weight := read(engine.client, name).added) > SPARE:
        problem = (
            f"no /big is to be seen in {name}, and yet it weighs {weight:,} bytes more than its base: "
            "the file is hidden, not gone. Which layer still holds it, and which RUN could have deleted it in time?"
        )
    return verdict(problem, f"{name} has the checksum, and no layer holds the file.")


def _wrong_files(engine: EngineState, image: Image) -> str:
    """Say what is wrong with the files as a container sees them; empty if nothing is."""
    base = layers(engine.client.images.get(BASE_IMAGE))
    if layers(image)[: len(base)] != base:
        return f"the image does not start from {BASE_IMAGE}. What does the FROM line say?"
    with engine.trial(image) as container:
        total = text_of(container, "/sum")
        if take_out(container, "/big") is not None:
            return "/big is still in the image. Which command deletes it, once its checksum is taken?"
    if not total:
        return "there is no checksum in /sum. Did > come too early, or did the command before it fail unseen?"
    if not CHECKSUM.match(total):
        return f"what stands in /sum is no checksum: {total.splitlines()[0]}. Was the command run, or its name written?"
    if total.startswith(SUM_OF_NOTHING):
        return "the checksum in /sum is that of an empty file. In which order did the commands run?"
    return ""


def plain_user(engine: EngineState) -> CheckResult:
    """See that the image starts the program, and not as root."""
    problem = startup.problem_of(
        engine, USER_TAG, lambda container: startup.not_listening(container) or _as_root(container)
    )
    return verdict(problem, f"{engine.session}:{USER_TAG} starts the program as an ordinary user.")


def _as_root(container: Container) -> str:
    """Say that the first process belongs to root, and whether the image asks for that; empty where it doesn't."""
    if run_inside(container, "stat -c %u /proc/1")[1].strip() != ROOT:
        return ""
    if user := container.attrs["Config"].get("User"):
        return f"the program runs as root, because USER says {user}. Which users does /etc/passwd list?"
    return "the program runs as root: the image names no user. Which instruction does?"


def program_in_srv(engine: EngineState) -> CheckResult:
    """See that the image starts the program at its new place, without a shell in between."""
    image = engine.find_image(engine.image)
    problem = (_by_a_shell(image) if image else "") or startup.problem_of(
        engine, APP_TAG, lambda container: startup.not_listening(container) or _not_there(container)
    )
    return verdict(problem, f"{engine.image} starts the program at {PLACE}, and no shell stands in between.")


def _by_a_shell(image: Image) -> str:
    """Say why a shell starts the program; empty where none does."""
    command = startup.command(image)
    if command[:2] != SHELL:
        return ""
    line = command[-1].strip()
    if line.startswith("["):
        return (
            f"the list {line} is not valid JSON, so a shell got it as a line. "
            "Are all the commas there, and are the quotes double ones?"
        )
    return f"a shell stands in between, because CMD is a line: {line}. How is the same written as a list?"


def _not_there(container: Container) -> str:
    if run_inside(container, f"test -f {PLACE}")[0]:
        return f"the program runs, but there is no {PLACE} in the image. Which of COPY's two paths is the one inside?"
    return ""


CHECKS: dict[str, Check] = {
    "no-leftovers": no_leftovers,
    "plain-user": plain_user,
    "program-in-srv": program_in_srv,
}
