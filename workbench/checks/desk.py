"""What a check may look at, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import docker
from docker.models.containers import Container

from workbench.labels import label_filter
from workbench.settings import LESSON


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes
    ----------
    ok : bool
    message : str
        What is right, or what is not yet and the question that leads on.
    """

    ok: bool
    message: str

    def __str__(self) -> str:
        return f"{'Well done' if self.ok else 'Not yet'}: {self.message}"


@dataclass(frozen=True)
class Desk:
    """What a check may look at.

    Attributes
    ----------
    client : docker.DockerClient
    session : str
        The run of the notebook that asks; its containers and images carry this label.
    image : str
        The name of the image that this run builds, with its tag.
    """

    client: docker.DockerClient
    session: str
    image: str

    def running(self, image: str) -> list[Container]:
        """List this session's running containers of one image, the newest first."""
        chosen: dict[str, Any] = {**label_filter(LESSON, self.session), "ancestor": image}
        return self.client.containers.list(filters=chosen, ignore_removed=True)


def run_inside(container: Container, command: str) -> tuple[int, str]:
    """Run one more command in a running container; return its exit code and what it printed.

    The same on the command line: ``docker exec CONTAINER COMMAND``.
    """
    code, output = cast("tuple[int, bytes]", container.exec_run(command))
    return code, output.decode(errors="replace")


Check = Callable[[Desk], Verdict]
