"""A probe: it looks at this machine and says whether a cause is the one."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import docker
from docker.errors import ContainerError, NotFound

from workbench.engine import client as engine
from workbench.engine.client import ENGINE_ERRORS
from workbench.engine.labels import lesson_labels
from workbench.errors import TutorialError
from workbench.explain.evidence import Evidence
from workbench.settings import BASE_IMAGE
from workbench.system.username import username
from workbench.text import printable

PROBE_TIMEOUT = 10  # seconds that the probes of one failure get


@dataclass(frozen=True)
class Proof:
    """What a probe found.

    Attributes
    ----------
    confirmed : bool or None
        Whether it is so on this machine now; None where that can't be told.
    found : str
        What is there, in a sentence.
    names : dict of str to str
        What the probe learnt, for the blanks in the cause's words.
    """

    confirmed: bool | None
    found: str
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        words = {
            True: "That is it",
            False: "Looked here: on this machine it isn't so now",
            None: "This probe was not run",
        }
        return f"{words[self.confirmed]}: {self.found}"


@dataclass(frozen=True)
class Case:
    """What a probe has to go by."""

    evidence: Evidence
    names: Mapping[str, str]

    def name(self, blank: str) -> str:
        """Give what the message puts into a blank of the cause's words.

        Raises
        ------
        NotNamedError
            Where the message leaves it out.
        """
        try:
            return self.names[blank]
        except KeyError:
            raise NotNamedError(f"the message doesn't name the {blank}.") from None

    @cached_property
    def client(self) -> docker.DockerClient:
        """The engine to ask; without one, the probe can't be run."""
        return engine.connect(timeout=PROBE_TIMEOUT)

    @cached_property
    def container(self) -> dict[str, Any]:
        """What ``docker inspect`` says of the container.

        Raises
        ------
        CannotTellError
            Where no container is known, or it is gone.
        """
        if not self.evidence.container:
            raise CannotTellError("no container is known.")
        try:
            return dict(self.client.api.inspect_container(self.evidence.container))
        except NotFound:
            raise CannotTellError("the container is gone.") from None

    @cached_property
    def image(self) -> str:
        """ID or name of the image.

        Raises
        ------
        CannotTellError
            Where no image is known.
        """
        if self.evidence.container and not self.evidence.image:
            return str(self.container["Image"])
        if not self.evidence.image:
            raise CannotTellError("the message doesn't say which image it was.")
        return self.evidence.image

    @property
    def _labels(self) -> dict[str, str]:
        # Under the user's name, so that `clean` removes a container which outlived its proof.
        return lesson_labels(f"{username()}/explain")

    def inside(self, *command: str) -> str:
        """Run a command in a new container of the same image, without a network; give what it prints.

        The same on the command line: ``docker run --rm --network none --entrypoint "" IMAGE COMMAND``.
        """
        image = self.client.images.get(self.image)  # else, what isn't there would be pulled
        log = self.client.containers.run(
            image,
            list(command),
            entrypoint="",
            network_mode="none",
            labels=self._labels,
            remove=True,
        )
        return printable(log)

    def resolves(self, host: str, servers: list[str]) -> bool:
        """Tell whether a name has an address in a new container with these name servers, or with the usual ones."""
        code = "import socket, sys; socket.gethostbyname(sys.argv[1])"
        try:
            self.client.containers.run(
                BASE_IMAGE,
                ["python", "-c", code, host],
                dns=servers,
                environment={"RES_OPTIONS": "timeout:1 attempts:2"},  # else one who never answers outlasts the proof
                labels=self._labels,
                remove=True,
            )
        except ContainerError:
            return False
        return True


class CannotTellError(LookupError):
    """What a probe would have to know, and doesn't; as a sentence."""


class NotNamedError(CannotTellError):
    """The message leaves out a name that the probe needs."""


Probe = Callable[[Case], Proof]


def only_there(_case: Case) -> Proof:
    """Leave the look to you: this machine can't tell what happened on yours."""
    return Proof(None, "you can only see it where it happened.")


def run(probe: Probe, case: Case, patience: float = PROBE_TIMEOUT) -> Proof:
    """Run a probe; one that fails or takes longer than so many seconds says so, and nothing else happens."""
    found: list[Proof] = []

    def work() -> None:
        found.append(_tried(probe, case))
        if "client" in vars(case):
            case.client.close()

    # A thread, since nothing else ends a call to an engine that takes the connection and then says nothing.
    thread = threading.Thread(target=work, name="probe", daemon=True)
    thread.start()
    thread.join(max(patience, 0))
    return next(iter(found), Proof(None, f"nobody answered in {PROBE_TIMEOUT} seconds."))


def _tried(probe: Probe, case: Case) -> Proof:
    try:
        return probe(case)
    except TutorialError as error:
        return Proof(None, f"the probe can't be run here. {error.what}")
    except CannotTellError as error:
        return Proof(None, str(error))
    except KeyError as error:
        return Proof(None, f"this engine's answer has no {error.args[0]}.")
    except (
        *ENGINE_ERRORS,
        OSError,
        LookupError,
        ValueError,
        subprocess.SubprocessError,
    ) as error:
        said = getattr(error, "explanation", None) or error
        return Proof(None, f"the probe can't be run here: {' '.join(str(said).split())}")
