"""What becomes of a container that a check starts from an image, without a command and without a door."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from docker.errors import APIError
from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks import container_state
from workbench.checks.engine_state import EngineState, cut, keeps_log, log_of, why_not_started
from workbench.checks.names import not_built
from workbench.settings import APP_PORT, BASE_IMAGE
from workbench.system.waiting import wait_until

START_TIMEOUT = 10.0  # seconds for a program to come up on a slow machine
STAY_TIME = 2.0  # seconds for which a program that came up must stay

# What a program's last words tell, and the question that leads on.
LAST_WORDS = {
    "Permission denied": "Which user runs the program, and whose is the file that it needs?",
    "exec format error": "For which kind of processor was the image built? docker image inspect shows it.",
    "Could not import": "Where does COPY put the program, and where does the command look for it?",
    "No module named 'flask'": "Which instruction installs Flask, and is it still there?",
    "url_quote": "Which Werkzeug did pip choose, and which one does this Flask need?",
    "can't open file": "Where does COPY put the program, and where does CMD look for it?",
    ": not found": "Is the list after CMD valid JSON, with every comma and with double quotes?",
}

NO_SUCH_USER = "unable to find user"  # as engines and their runtimes say it

Look = Callable[[Container], str]


def problem_of(engine: EngineState, tag: str, look: Look) -> str:
    """Start a container of one of this session's images; say what is wrong with it.

    Parameters
    ----------
    engine : EngineState
    tag : str
        Of the image, in the session's own repository.
    look : callable
        Says what is wrong with the container that was started, or nothing.

    Returns
    -------
    str
        What is wrong and a question; empty where all is well.
    """
    name = f"{engine.session}:{tag}"
    image = engine.find_image(name)
    if image is None:
        return not_built(engine, name)
    base = engine.find_image(BASE_IMAGE)
    words = command(image)
    if not words:
        return f"{name} has no command, so Docker doesn't know what to start. Which instruction sets one?"
    if base is not None and words == command(base):
        return f"the command of {name} is {words}, that of its base. Which instruction sets another?"
    with engine.trial(image) as container:
        return _not_started(container) or look(container)


def not_listening(container: Container) -> str:
    """Wait until something listens on the program's port; say why nothing does."""
    told = [word.partition("=")[2] for word in container.attrs["Config"]["Env"] or [] if word.startswith("PORT=")]
    port = int(told[0]) if told and told[0].isdecimal() else APP_PORT
    if comes(container, lambda: port in container_state.listening(container)):
        return ""
    return how_it_ended(container) or (
        f"a container of it runs, but in it nothing listens on port {port}. What does its command start?"
    )


def not_staying(container: Container) -> str:
    """Watch a program that came up for a while; say how it ended, if it did."""
    return wait_until(lambda: how_it_ended(container), STAY_TIME)


def behind_a_shell(container: Container) -> str:
    """Say which shell stands between Docker and the program; empty where process 1 is none."""
    words = container_state.process_one(container)
    if not container_state.is_shell(words):
        return ""
    line = cut(" ".join(words[2:] if words[1:2] == ["-c"] else words[1:]))
    return f"process 1 is a shell with the line {line}. How is a list written?"


def comes(container: Container, what: Callable[[], bool]) -> bool:
    """Wait for something; False where the container ends before it, or patience does."""

    def outcome() -> str:
        # A container may end between the look at its state and the question put to it.
        with suppress(APIError):
            if what():
                return "came"
        container.reload()
        return "ended" if container.status == "exited" else ""

    return wait_until(outcome, START_TIMEOUT) == "came"


def how_it_ended(container: Container) -> str:
    """Say how a container ended, by its exit code and its last words; empty where it still runs."""
    container.reload()
    if container.status != "exited":
        return ""
    lines = log_of(container).splitlines()
    silent = "it printed nothing" if keeps_log(container) else "this engine keeps no logs"
    last = cut(lines[-1]) if lines else silent
    questions = [question for words, question in LAST_WORDS.items() if words in last]
    question = questions[0] if questions else "What does the program miss?"
    return f"a container of it ends with exit code {container.attrs['State']['ExitCode']}: {last}. {question}"


def command(image: Image) -> list[str]:
    """Give the words that a container of an image starts with."""
    config = image.attrs["Config"]
    # Newer engines leave out what is not set.
    return [*(config.get("Entrypoint") or []), *(config.get("Cmd") or [])]


def _not_started(container: Container) -> str:
    try:
        container.start()
    except APIError as error:
        why = why_not_started(str(error.explanation))
        if NO_SUCH_USER in why:
            return f"no container of it can be started: {why}. Which users does the image's /etc/passwd list?"
        return (
            f"the image's command could not be started: {why}. "
            "Is there a program of that name in the image, and is each word an item of its own?"
        )
    return ""
