"""Checks of chapter 03."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import PurePosixPath

from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks import container_state, startup
from workbench.checks.engine_state import (
    Check,
    CheckResult,
    EngineState,
    cut,
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
# In hexadecimal, from MD5 to SHA-512; in base64; or as sum and cksum write it, a number and the size.
CHECKSUM = re.compile(r"\b[0-9a-fA-F]{32,128}\b|(?<![\w+/])[\w+/]{22,88}={1,2}|^\d+ +\d+\b", re.MULTILINE)
NOTHING = [hashlib.new(name).digest() for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b")]
SUMS_OF_NOTHING = {*(one.hex() for one in NOTHING), *(base64.b64encode(one).decode().lower() for one in NOTHING)}
SUM_OF_NOTHING = re.compile(r"^(?:4294967295|0+) +0\b", re.MULTILINE)  # by cksum, by sum

USER_TAG = "user"
AS_ROOT = re.compile(r"^Uid:\s+0\s", re.MULTILINE)  # how the kernel writes that a process is root's

PROGRAM = "degrees_api.py"
PLACE = f"/srv/{PROGRAM}"


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
    base = engine.base_layers()
    if layers(image)[: len(base)] != base:
        return f"the image does not start from {BASE_IMAGE}. What does the FROM line say?"
    with engine.trial(image, ["true"]) as container:
        total = text_of(container, "/sum")
        if take_out(container, "/big") is not None:
            return "/big is still in the image. Which command deletes it, once its checksum is taken?"
    if not total.strip():
        return "there is no checksum in /sum. Did > come too early, or did the command before it fail unseen?"
    sums = CHECKSUM.findall(total)
    if not sums:
        line = cut(total.strip().splitlines()[0])
        return f"what /sum says is not a checksum: {line}. Was the command run, or its name written?"
    if SUMS_OF_NOTHING.intersection(map(str.lower, sums)) or SUM_OF_NOTHING.search(total):
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
    if not AS_ROOT.search(run_inside(container, ["/bin/cat", "/proc/1/status"])[1]):
        return ""
    if user := container.attrs["Config"].get("User"):
        return f"the program runs as root, because USER says {user}. Which users does /etc/passwd list?"
    return "the program runs as root: the image names no user. Which instruction does?"


def program_in_srv(engine: EngineState) -> CheckResult:
    """See that the image starts the program at its new place, without a shell in between."""
    image = engine.find_image(engine.image)
    problem = (_not_json(image) if image else "") or startup.problem_of(
        engine, APP_TAG, lambda box: startup.not_listening(box) or _by_a_shell(box) or _not_there(box)
    )
    return verdict(problem, f"{engine.image} starts the program at {PLACE}, and no shell stands in between.")


def _not_json(image: Image) -> str:
    """Say that a list after CMD isn't one, so that a shell gets it; empty where there is no such list."""
    lists = [word.strip() for word in startup.command(image) if word.strip().startswith("[")]
    if not lists:
        return ""
    return (
        f"the list {lists[0]} is not valid JSON, so a shell got it as a line. "
        "Are all the commas there, and are the quotes double ones?"
    )


def _by_a_shell(container: Container) -> str:
    """Say which shell starts the program; empty where none does."""
    words = container_state.process_one(container)
    if not container_state.is_shell(words):
        return ""
    line = cut(" ".join(words[2:] if words[1:2] == ["-c"] else words[1:]))
    return f"a shell stands in between, and it runs: {line}. How is the same written as a list?"


def _not_there(container: Container) -> str:
    if take_out(container, PLACE) is None:
        return f"the program runs, but there is no {PLACE} in the image. Which of COPY's two paths is the one inside?"
    folder = container.attrs["Config"]["WorkingDir"]
    words = [word for word in container_state.process_one(container) if PurePosixPath(word).name == PROGRAM]
    others = [place for word in words if (place := str(PurePosixPath("/", folder, word))) != PLACE]
    return f"the program that runs is {others[0]}, not {PLACE}. What does CMD name?" if others else ""


CHECKS: dict[str, Check] = {
    "no-leftovers": no_leftovers,
    "plain-user": plain_user,
    "program-in-srv": program_in_srv,
}
