"""The local registries: a read-only mirror that serves the base image, and a push target with a login.

Both run as containers of the engine, published on loopback, with their images in a volume. Docker
takes registries on 127.0.0.0/8 without TLS, so neither needs a certificate.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from workbench.engine import labels, ports
from workbench.errors import TutorialError
from workbench.provision import registry_container
from workbench.provision.registry_container import BCRYPT_ROUNDS, Login, RegistrySpec
from workbench.settings import LABEL, LOOPBACK, MIRROR_PORT, PATHS, PUSH_PORT, Paths
from workbench.system.files import kept_secret
from workbench.text import say

MIRROR = "mirror"
PUSH = "registry"
FIRST_PORT = {MIRROR: MIRROR_PORT, PUSH: PUSH_PORT}
USER = "student"
LOGIN_LABEL = f"{LABEL}.login"
# What the CLI calls Docker Hub in a login; an engine with the containerd image store ignores one for "docker.io".
HUB = "https://index.docker.io/v1/"


@dataclass(frozen=True)
class PushTarget:
    """Where an image can be pushed, and with which login.

    Attributes
    ----------
    address : str
        What a login calls the registry: host and port, or Docker Hub's ``HUB``.
    username : str
    password : str
        Never part of the printed form.
    """

    address: str
    username: str
    password: str = field(repr=False)

    def repository(self, name: str) -> str:
        """Give the full name of a repository there: ``127.0.0.1:5002/username/degrees_api``."""
        return name if self.address == HUB else f"{self.address}/{name}"

    def digest(self, client: docker.DockerClient, name: str) -> str | None:
        """Ask the registry for the digest of an image, by the image's full name; None where it has none of that name.

        The same on the command line: ``docker buildx imagetools inspect NAME``.

        Raises
        ------
        docker.errors.APIError
            Where the registry can't be reached, or fails.
        """
        login = {"username": self.username, "password": self.password}
        try:
            return client.images.get_registry_data(name, auth_config=login).id
        except APIError as error:
            if error.is_client_error():
                return None
            raise


def port(paths: Paths, kind: str) -> int:
    """Port of 127.0.0.1 that a registry has or will have: kept, so that it is the same next time."""
    return kept_port(paths, kind) or _take_port(paths, kind)


def free_port(paths: Paths, kind: str) -> int:
    """Port of 127.0.0.1 for a registry that doesn't run yet: the one we keep, or the next if it is taken."""
    kept = kept_port(paths, kind)
    return kept if kept and ports.is_free(kept) else _take_port(paths, kind)


def kept_port(paths: Paths, kind: str) -> int | None:
    """Port of 127.0.0.1 that a registry has; None where none was chosen yet."""
    try:
        return int((paths.state / f"{kind}.port").read_text())
    except (FileNotFoundError, ValueError):
        return None


def ensure(paths: Paths, client: docker.DockerClient, kind: str) -> int:
    """Make sure that a registry answers; return its port.

    Parameters
    ----------
    paths : Paths
    client : docker.DockerClient
    kind : str
        ``MIRROR`` or ``PUSH``.

    Notes
    -----
    What is found is repaired: a stopped container is started, one whose port was taken meanwhile or
    whose password is no longer ours is made again, on the same volume. A mirror that took everybody's
    pushes, as ours once did, is made again on an empty one.
    """
    container = find(paths, client, kind)
    if container is not None:
        try:
            if container.labels.get(LOGIN_LABEL) == _login_mark(paths, kind):
                container.start()
                return _wait_until_it_answers(paths, container, kind)
        except (APIError, TutorialError):  # its port is taken, or it does not come up
            pass
        container.remove(force=True)
    if not ports.is_free(port(paths, kind)):
        _take_port(paths, kind, client)
    return _wait_until_it_answers(paths, _create(paths, client, kind), kind)


def discard(paths: Paths, client: docker.DockerClient, kind: str) -> None:
    """Remove a registry with all that it holds."""
    container = find(paths, client, kind)
    if container is not None:
        with suppress(NotFound):
            container.remove(force=True)
    with suppress(NotFound):
        client.volumes.get(str(container.name) if container else container_name(paths, kind)).remove()


def runs(paths: Paths, client: docker.DockerClient, kind: str) -> bool:
    """Tell whether the container of a registry runs, and has the port that we keep for it."""
    container = find(paths, client, kind)
    return container is not None and registry_container.published_port(container) == kept_port(paths, kind)


def find(paths: Paths, client: docker.DockerClient, kind: str) -> Container | None:
    """Find the container of a registry.

    An engine asks one port for images, so checkouts on one engine share its mirror: where another's runs on the port
    that we keep, it is ours too. Its labels are proof enough. A user who can set them on this engine is root there.
    """
    with suppress(NotFound):
        return client.containers.get(container_name(paths, kind))
    if kind != MIRROR:
        return None
    mirrors = client.containers.list(
        filters={"label": [f"{name}={value}" for name, value in marks(paths, kind).items()]}
    )
    port = kept_port(paths, kind)
    return next((one for one in mirrors if port and registry_container.published_port(one) == port), None)


def push_target(paths: Paths = PATHS) -> PushTarget:
    """Find where to push: Docker Hub for who has set up a login for it, else our own registry.

    Docker Hub is used where ``DOCKERHUB_USERNAME`` and ``DOCKERHUB_TOKEN`` are both set.

    Raises
    ------
    TutorialError
        Where our own registry does not answer.
    """
    username, token = os.environ.get("DOCKERHUB_USERNAME"), os.environ.get("DOCKERHUB_TOKEN")
    if username and token:
        return PushTarget(HUB, username, token)
    if not answers(paths, PUSH):
        raise TutorialError(
            f"The local registry does not answer on port {port(paths, PUSH)}.", "Start it: ./tutorial start"
        )
    return PushTarget(f"{LOOPBACK}:{port(paths, PUSH)}", USER, password(paths))


def password(paths: Paths) -> str:
    """Password of our push target: random, and readable by its owner only."""
    return kept_secret(paths.state / "registry.password")


def container_name(paths: Paths, kind: str) -> str:
    """Name of a registry's container; each checkout of the project has its own."""
    return f"{LABEL}-{kind}-{checkout(paths)}"


def checkout(paths: Paths) -> str:
    """Mark of this checkout, at the end of the names of what serves it alone."""
    return hashlib.sha256(str(paths.root).encode()).hexdigest()[:6]


def _take_port(paths: Paths, kind: str, client: docker.DockerClient | None = None) -> int:
    """Choose the first free port and keep it; say so where that is not the usual one."""
    first = FIRST_PORT[kind]
    others = {file.read_text() for file in paths.state.glob("*.port")}
    chosen = next(port for port in ports.free_ports(first) if str(port) not in others)
    if chosen != first:
        say(f"Port {first} is taken by {ports.holder(first, client)}: the {kind} uses {chosen}.")
    paths.state.mkdir(exist_ok=True)
    (paths.state / f"{kind}.port").write_text(str(chosen))
    return chosen


def _login_mark(paths: Paths, kind: str) -> str:
    """Tell, without giving it away, which password a registry was made with."""
    if kind == MIRROR:
        return "read-only"
    return hashlib.sha256(f"{password(paths)} {BCRYPT_ROUNDS}".encode()).hexdigest()[:12]


def marks(paths: Paths, kind: str) -> dict[str, str]:
    """Labels for what a registry is made of."""
    return {**labels.service_labels(), LOGIN_LABEL: _login_mark(paths, kind)}


def volume(paths: Paths, client: docker.DockerClient, kind: str) -> str:
    """Make a registry's volume, or use the one that is here; return its name.

    A mirror's volume that others could write to is emptied.
    """
    name = container_name(paths, kind)
    # Or the one of this name, with the labels that it has.
    found = client.volumes.create(name, labels=marks(paths, kind))
    if kind == MIRROR and (found.attrs["Labels"] or {}).get(LOGIN_LABEL) != _login_mark(paths, kind):
        found.remove()
        client.volumes.create(name, labels=marks(paths, kind))
    return name


def _create(paths: Paths, client: docker.DockerClient, kind: str) -> Container:
    name, images = container_name(paths, kind), volume(paths, client, kind)
    spec = RegistrySpec(name, images, marks(paths, kind), port(paths, kind), _login(paths, kind))
    container = registry_container.make(client, spec)
    container.start()
    return container


def _login(paths: Paths, kind: str) -> Login | None:
    return (USER, password(paths)) if kind == PUSH else None


def answers(paths: Paths, kind: str) -> bool:
    """Tell whether a registry answers, with our login where it has one."""
    return registry_container.answers(f"{LOOPBACK}:{port(paths, kind)}", _login(paths, kind))


def _wait_until_it_answers(paths: Paths, container: Container, kind: str) -> int:
    registry_container.wait_until_it_answers(container, kind, f"{LOOPBACK}:{port(paths, kind)}", _login(paths, kind))
    return port(paths, kind)
