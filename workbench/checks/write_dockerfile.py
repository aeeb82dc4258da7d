"""Checks of chapter 03."""

from __future__ import annotations

import time
from contextlib import suppress

from docker.errors import APIError
from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks.desk import (
    Check,
    Desk,
    Verdict,
    layers,
    log_of,
    run_inside,
    take_out,
    text_of,
    verdict,
    why_not_started,
)
from workbench.layers import read
from workbench.settings import APP_PORT, BASE_IMAGE

SUM_TAG = "sum"
SPARE = 1_000_000  # bytes: far more than a checksum takes, far less than the file
SUM_OF_NOTHING = ("e3b0c44298fc1c149afb", "d41d8cd98f00b204e980", "da39a3ee5e6b4b0d3255")  # SHA-256, MD5, SHA-1

PLACE = "/srv/degrees_api.py"
SHELL = ["/bin/sh", "-c"]
PATIENCE = 10.0  # seconds for the program to come up on a slow machine
LISTENS = f"python -c 'import socket; socket.create_connection((\"127.0.0.1\", {APP_PORT}), 1)'"

# What the program's last words tell, and the question that leads on.
LAST_WORDS = {
    "No module named 'flask'": "Which instruction installs Flask, and does your Dockerfile have it?",
    "url_quote": "Which Werkzeug did pip choose, and which one did you note down in chapter 02?",
    "can't open file": "Where does COPY put the program, and where does CMD look for it?",
}


def no_leftovers(desk: Desk) -> Verdict:
    """See that an image has the checksum of a file and nothing of the file itself, in none of its layers."""
    name = f"{desk.session}:{SUM_TAG}"
    image = desk.find_image(name)
    if image is None:
        return Verdict(ok=False, message=f"no image has the name {name}. Which argument of the build gives the name?")
    problem = _wrong_files(desk, image)
    if not problem and (weight := read(desk.client, name).added) > SPARE:
        problem = (
            f"no /big is to be seen in {name}, and yet it weighs {weight:,} bytes more than its base: "
            "the file is hidden, not gone. Which layer still holds it, and which RUN could have deleted it in time?"
        )
    return verdict(problem, f"{name} has the checksum, and no layer holds the file.")


def _wrong_files(desk: Desk, image: Image) -> str:
    """Say what is wrong with the files as a container sees them; empty if nothing is."""
    base = layers(desk.client.images.get(BASE_IMAGE))
    if layers(image)[: len(base)] != base:
        return f"the image does not start from {BASE_IMAGE}. What does the FROM line say?"
    with desk.trial(image) as container:
        total = text_of(container, "/sum")
        if take_out(container, "/big") is not None:
            return "/big is still in the image. Which command deletes it, once its checksum is taken?"
    if not total:
        return "there is no checksum in /sum. Did > come too early, or did the command before it fail unseen?"
    if total.startswith(SUM_OF_NOTHING):
        return "the checksum in /sum is that of an empty file. In which order did the commands run?"
    return ""


def program_in_srv(desk: Desk) -> Verdict:
    """See that the image starts the program at its new place, without a shell in between."""
    image = desk.find_image(desk.image)
    if image is None:
        return Verdict(ok=False, message=f"no image has the name {desk.image}. Which tag did your build get?")
    problem = _wrong_command(desk, image) or _try_out(desk, image)
    if problem:
        return Verdict(ok=False, message=problem)
    return Verdict(ok=True, message=f"{desk.image} starts the program at {PLACE}, and no shell stands in between.")


def _command(image: Image) -> list[str]:
    config = image.attrs["Config"]
    return [*(config["Entrypoint"] or []), *(config["Cmd"] or [])]


def _wrong_command(desk: Desk, image: Image) -> str:
    """Say what is wrong with the default command as it is written; empty if nothing is."""
    command = _command(image)
    if command == _command(desk.client.images.get(BASE_IMAGE)):
        return f"the image's command is {command}, that of its base. Which instruction sets another?"
    if command[:2] != SHELL:
        return ""
    line = command[-1].strip()
    if line.startswith("["):
        return (
            f"the list {line} is not valid JSON, so a shell got it as a line. "
            "Are all the commas there, and are the quotes double ones?"
        )
    return f"a shell stands in between, because CMD is a line: {line}. How is the same written as a list?"


def _try_out(desk: Desk, image: Image) -> str:
    """Start a container without a command; say what is wrong with it, or nothing."""
    with desk.trial(image) as container:
        return _not_started(container) or _ended(container) or _not_there(container)


def _not_started(container: Container) -> str:
    try:
        container.start()
    except APIError as error:
        return (
            f"the image's command could not be started: {why_not_started(str(error.explanation))}. "
            "Is there a program of that name in the image, and is each word an item of its own?"
        )
    return ""


def _ended(container: Container) -> str:
    """Wait until the program listens; say how it ended if it doesn't."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        # A container may end between the look at its state and the question put to it.
        with suppress(APIError):
            if run_inside(container, LISTENS)[0] == 0:
                return ""
        container.reload()
        if container.status == "exited":
            return _last_words(container)
        time.sleep(0.1)
    return f"a container of it runs, but in it nothing listens on port {APP_PORT}. What does its command start?"


def _last_words(container: Container) -> str:
    lines = log_of(container).splitlines()
    last = lines[-1] if lines else "it printed nothing"
    code = container.attrs["State"]["ExitCode"]
    questions = [question for words, question in LAST_WORDS.items() if words in last]
    question = questions[0] if questions else "What does the program miss?"
    return f"a container of it ends with exit code {code}: {last}. {question}"


def _not_there(container: Container) -> str:
    if run_inside(container, f"test -f {PLACE}")[0]:
        return f"the program runs, but there is no {PLACE} in the image. Which of COPY's two paths is the one inside?"
    return ""


CHECKS: dict[str, Check] = {"no-leftovers": no_leftovers, "program-in-srv": program_in_srv}
