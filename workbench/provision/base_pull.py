"""Ask for the base image or pull it, and compare what came with what ``./tutorial start`` found."""

from __future__ import annotations

import docker
from docker.errors import APIError

from workbench.engine.client import ENGINE_ERRORS
from workbench.errors import TutorialError
from workbench.provision import mirror, registries
from workbench.provision.base_record import Served, record
from workbench.provision.mirror import problem
from workbench.settings import BASE_IMAGE, BASE_REPOSITORY, BASE_TAG, Paths


def ask(paths: Paths, client: docker.DockerClient, known: Served | None) -> str:
    """Say why a pull of the base would fail, empty where it would work, without moving its name.

    Asks for the manifest alone. The same on the command line: ``docker manifest inspect``, but from the engine.

    Raises
    ------
    TutorialError
        Where the engine would take something else than what our mirror has.
    """
    asked = mirror.is_asked(paths, client)
    if asked and known is None:
        # Older engines take the "no" of an empty mirror for Docker Hub's.
        mirror.discard(paths, client)
    try:
        digest: str = client.images.get_registry_data(BASE_IMAGE).id
    except APIError as error:
        return str(error.explanation or error)
    except ENGINE_ERRORS as error:
        return f"the engine did not answer: {error}"
    if not (asked and known):
        record(paths, Served((digest,), "", mirror.source_beyond(paths, client)))
    elif digest not in known.digests:
        raise _foreign(paths, client, digest)
    return ""


def pull(paths: Paths, client: docker.DockerClient, expected: Served | None) -> str:
    """Pull the base, and compare it with what a pull gives here; say why that failed, empty where it worked.

    Raises
    ------
    TutorialError
        Where the image is another one. Then it loses the name.
    """
    if refusal := why_not_pulled(client):
        return refusal
    image = client.images.get(BASE_IMAGE)
    if expected is not None and not expected.matches(image):
        client.images.remove(BASE_IMAGE, force=True)
        raise _foreign(paths, client, str(image.id))
    return ""


def why_not_pulled(client: docker.DockerClient) -> str:
    """Pull the base; say why that failed, empty where it worked."""
    try:
        # Not images.pull, which overlooks an error in the middle of the stream where an older image is here.
        for event in client.api.pull(BASE_REPOSITORY, tag=BASE_TAG, stream=True, decode=True):
            if refusal := problem(event):
                return refusal
    except APIError as error:
        return str(error.explanation or error)
    except ENGINE_ERRORS as error:  # an engine that waits for an answer longer than we for its own
        return f"the engine did not answer: {error}"
    return ""


def _foreign(paths: Paths, client: docker.DockerClient, digest: str) -> TutorialError:
    container = registries.find(paths, client, registries.MIRROR)
    name = container.name if container else registries.container_name(paths, registries.MIRROR)
    return TutorialError(
        f"The engine was given {digest} for {BASE_IMAGE}, which isn't what ./tutorial start found or made. "
        "Another program may have answered in place of the mirror, or the engine's image store was changed.",
        "See which mirrors the engine asks (docker info), and run no image that it pulled meanwhile. Then empty the "
        f"mirror and fill it again: docker rm -f {name}; "
        "rm .workbench/base.json; ./tutorial start",
    )
