"""Our mirror: read-only to all, filled by us with the base image and nothing else."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import docker
import requests
from docker.errors import NotFound

from workbench.engine import ports
from workbench.engine.events import Event
from workbench.errors import TutorialError
from workbench.provision import registries, registry_container
from workbench.provision.base_record import CACHE, DOCKER_HUB, OURS, Served, recorded
from workbench.provision.registries import MIRROR, USER, PushTarget
from workbench.provision.registry_container import Login, RegistrySpec
from workbench.settings import BASE_IMAGE, BASE_REPOSITORY, BASE_TAG, LOOPBACK, STANDIN_LABEL, Paths

FILLING = "filling"  # the registry that takes what we put into the mirror, and is gone again
REPOSITORY = f"library/{BASE_REPOSITORY}"  # Docker Hub's full name of it
TIMEOUT = 20  # seconds that a manifest may take
# An image or, from an engine with the containerd image store, an index of images.
MANIFESTS = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
)


def is_asked(paths: Paths, client: docker.DockerClient) -> bool:
    """Tell whether the engine asks our mirror's port before it asks Docker Hub: ``docker info``."""
    return _address(paths) in _all_asked(client)


def source_beyond(paths: Paths, client: docker.DockerClient) -> str:
    """Name where the engine gets what our mirror doesn't have."""
    return CACHE if {*_all_asked(client)} - {_address(paths)} else DOCKER_HUB


def _address(paths: Paths) -> str:
    return f"http://{LOOPBACK}:{registries.port(paths, MIRROR)}/"


def _all_asked(client: docker.DockerClient) -> list[str]:
    return client.info()["RegistryConfig"].get("Mirrors") or []


def guard(paths: Paths, client: docker.DockerClient) -> None:
    """Make sure that no other program answers on the port where the engine asks our mirror.

    Raises
    ------
    TutorialError
        Where one does: whatever it serves, the engine would take for Docker Hub's.
    """
    port = registries.kept_port(paths, MIRROR)
    if port is None or ports.is_free(port) or registries.runs(paths, client, MIRROR) or not is_asked(paths, client):
        return
    raise TutorialError(
        f"The engine asks {LOOPBACK}:{port} for images, and {ports.holder(port, client)} answers there instead of "
        "our mirror. It could give the engine any image under any name.",
        "End that program, then: ./tutorial start\n"
        "If you can't, and ./tutorial started the engine, give the mirror another port: "
        "./tutorial stop; rm .workbench/mirror.port; ./tutorial start",
    )


def start(paths: Paths, client: docker.DockerClient) -> int:
    """Start the mirror, whatever it holds; return its port."""
    guard(paths, client)
    return registries.ensure(paths, client, MIRROR)


def discard(paths: Paths, client: docker.DockerClient) -> None:
    """Remove the mirror with all that it holds, and what a fill that was killed left behind."""
    with suppress(NotFound):
        client.containers.get(registries.container_name(paths, FILLING)).remove(force=True)
    registries.discard(paths, client, MIRROR)


def kept(paths: Paths, client: docker.DockerClient) -> Served | None:
    """Start the mirror and give what it serves; None where it hasn't got what we put there."""
    known = recorded(paths)
    if known is None or known.source != OURS:
        return None
    answer = _manifest(f"{LOOPBACK}:{start(paths, client)}")
    return known if answer.ok and _digest(answer.content) == known.digests[0] else None


def fill(paths: Paths, client: docker.DockerClient) -> Served:
    """Empty the mirror, put the base image of this engine into it, and start it.

    Raises
    ------
    TutorialError
        Where the push fails.
    """
    image = client.images.get(BASE_IMAGE)
    with _filling(paths, client) as target:
        name = target.repository(REPOSITORY)
        image.tag(name, BASE_TAG)
        try:
            _push(client, name, target)
        finally:
            client.images.remove(f"{name}:{BASE_TAG}")
        manifest = _manifest(target.address, (target.username, target.password)).content
    start(paths, client)
    config = json.loads(manifest).get("config", {}).get("digest")  # an index has none
    return Served(tuple(filter(None, [_digest(manifest), config])), image.labels.get(STANDIN_LABEL, ""), OURS)


@contextmanager
def _filling(paths: Paths, client: docker.DockerClient) -> Iterator[PushTarget]:
    """Empty the mirror, then take pushes for it while the block runs, with a login made up for this one time."""
    name, login = registries.container_name(paths, FILLING), (USER, secrets.token_urlsafe(24))
    discard(paths, client)
    spec = RegistrySpec(name, registries.volume(paths, client, MIRROR), registries.marks(paths, MIRROR), 0, login)
    container = registry_container.make(client, spec)
    try:
        container.start()
        container.reload()
        address = f"{LOOPBACK}:{registry_container.published_port(container)}"
        registry_container.wait_until_it_answers(container, "mirror", address, login)
        yield PushTarget(address, *login)
    finally:
        container.remove(force=True)


def _push(client: docker.DockerClient, name: str, target: PushTarget) -> None:
    login = {"username": target.username, "password": target.password}
    for event in client.api.push(name, tag=BASE_TAG, stream=True, decode=True, auth_config=login):
        if refusal := problem(event):
            raise TutorialError(
                f"{BASE_IMAGE} could not be put into the local mirror: {refusal}",
                "Check that the disk has room (df -h /var/lib/docker), then run ./tutorial start again.",
            )


def problem(event: Event) -> str:
    """Give the error that an event carries, if any; newer engines give it in one place, older ones in two."""
    return str((event.get("errorDetail") or {}).get("message") or event.get("error") or "").strip()


def _manifest(address: str, login: Login | None = None) -> requests.Response:
    url = f"http://{address}/v2/{REPOSITORY}/manifests/{BASE_TAG}"
    return ports.http_get(url, headers={"Accept": ", ".join(MANIFESTS)}, auth=login, timeout=TIMEOUT)


def _digest(manifest: bytes) -> str:
    return f"sha256:{hashlib.sha256(manifest).hexdigest()}"
