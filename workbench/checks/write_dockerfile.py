"""Checks of chapter 03."""

from __future__ import annotations

import time
from contextlib import suppress

from docker.errors import APIError, ImageNotFound
from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks.desk import Check, Desk, Verdict, run_inside
from workbench.labels import lesson_labels
from workbench.settings import APP_PORT, BASE_IMAGE

PLACE = "/srv/degrees_api.py"
SHELL = ["/bin/sh", "-c"]
PATIENCE = 10.0  # seconds for the program to come up on a slow machine
LISTENS = f"""python -c "import socket; socket.create_connection(('127.0.0.1', {APP_PORT}), 1)" """

# What the program's last words tell, and the question that leads on.
LAST_WORDS = {
    "No module named 'flask'": "Which instruction installs Flask, and does your Dockerfile have it?",
    "url_quote": "Which Werkzeug did pip choose, and which one did you note down in chapter 02?",
    "can't open file": "Where does COPY put the program, and where does CMD look for it?",
}


def program_in_srv(desk: Desk) -> Verdict:
    """See that the image starts the program at its new place, without a shell in between."""
    try:
        image = desk.client.images.get(desk.image)
    except ImageNotFound:
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
    container = desk.client.containers.create(image, labels=lesson_labels(desk.session))
    try:
        return _not_started(container) or _ended(container) or _not_there(container)
    finally:
        container.remove(force=True, v=True)


def _not_started(container: Container) -> str:
    try:
        container.start()
    except APIError as error:
        # The runtime's own words come last, after those of everybody between it and us.
        why = str(error.explanation).split("container process: ")[-1]
        return (
            f"the image's command could not be started: {why}. "
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
    lines = container.logs().decode(errors="replace").strip().splitlines()
    last = lines[-1] if lines else "it printed nothing"
    code = container.attrs["State"]["ExitCode"]
    questions = [question for words, question in LAST_WORDS.items() if words in last]
    question = questions[0] if questions else "What does the program miss?"
    return f"a container of it ends with exit code {code}: {last}. {question}"


def _not_there(container: Container) -> str:
    if run_inside(container, f"test -f {PLACE}")[0]:
        return f"the program runs, but there is no {PLACE} in the image. Which of COPY's two paths is the one inside?"
    return ""


CHECKS: dict[str, Check] = {"program-in-srv": program_in_srv}
