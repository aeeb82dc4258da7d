"""The local registries: a mirror that serves the base image, and a push target with a login.

Both run as containers of the engine, published on loopback, with their images in a volume. Docker
takes registries on 127.0.0.0/8 without TLS, so neither needs a certificate.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import time
from contextlib import suppress
from dataclasses import dataclass, field

import bcrypt
import docker
import requests
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from workbench import labels, ports, registry_image
from workbench.errors import TutorialError
from workbench.files import kept_secret
from workbench.settings import LABEL, LOOPBACK, MIRROR_PORT, PUSH_PORT, ROOT, STATE
from workbench.text import say

MIRROR = "mirror"
PUSH = "registry"
FIRST_PORT = {MIRROR: MIRROR_PORT, PUSH: PUSH_PORT}
USER = "student"
PATIENCE = 20  # seconds that a registry gets until it answers
CONTAINER_PORT = 5000
# The registry checks the login at each request. bcrypt's usual 12 rounds make that 0.35 s, many times a push; they
# slow down who guesses passwords that people choose, and ours is random.
BCRYPT_ROUNDS = 4
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


def port(kind: str) -> int:
    """Port of 127.0.0.1 that a registry has or will have: kept, so that it is the same next time."""
    return kept_port(kind) or _take_port(kind)


def kept_port(kind: str) -> int | None:
    """Port of 127.0.0.1 that a registry has; None where none was chosen yet."""
    try:
        return int((STATE / f"{kind}.port").read_text())
    except (FileNotFoundError, ValueError):
        return None


def ensure(client: docker.DockerClient, kind: str) -> int:
    """Make sure that a registry answers; return its port.

    Parameters
    ----------
    client : docker.DockerClient
    kind : str
        ``MIRROR`` or ``PUSH``.

    Notes
    -----
    What is found is mended: a stopped container is started, one whose port was taken meanwhile or
    whose password is no longer ours is made again, on the same volume.
    """
    try:
        container = client.containers.get(container_name(kind))
        if container.labels.get(f"{LABEL}.login") == _login_mark(kind):
            container.start()
            return _wait_until_it_answers(container, kind)
        container.remove(force=True)
    except NotFound:
        pass
    except (APIError, TutorialError):  # its port is taken, or it does not come up
        container.remove(force=True)
    if not ports.is_free(port(kind)):
        _take_port(kind, client)
    return _wait_until_it_answers(_create(client, kind), kind)


def discard(client: docker.DockerClient, kind: str) -> None:
    """Remove a registry with all that it holds."""
    with suppress(NotFound):
        client.containers.get(container_name(kind)).remove(force=True)
    with suppress(NotFound):
        client.volumes.get(container_name(kind)).remove()


def push_target() -> PushTarget:
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
    if not answers(PUSH):
        raise TutorialError(f"The local registry does not answer on port {port(PUSH)}.", "Start it: ./tutorial start")
    return PushTarget(f"{LOOPBACK}:{port(PUSH)}", USER, password())


def password() -> str:
    """Password of our push target: random, and readable by its owner only."""
    return kept_secret(STATE / "registry.password")


def container_name(kind: str) -> str:
    """Name of a registry's container; each checkout of the project has its own."""
    return f"{LABEL}-{kind}-{checkout()}"


def checkout() -> str:
    """Mark of this checkout, at the end of the names of what serves it alone."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]


def _take_port(kind: str, client: docker.DockerClient | None = None) -> int:
    """Choose the first free port and keep it; say so where that is not the usual one."""
    first = FIRST_PORT[kind]
    others = {file.read_text() for file in STATE.glob("*.port")}
    chosen = next(port for port in ports.free_ports(first) if str(port) not in others)
    if chosen != first:
        say(f"Port {first} is taken by {ports.holder(first, client)}: the {kind} uses {chosen}.")
    STATE.mkdir(exist_ok=True)
    (STATE / f"{kind}.port").write_text(str(chosen))
    return chosen


def _login_mark(kind: str) -> str:
    """Tell, without giving it away, which password a registry was made with."""
    return hashlib.sha256(f"{password()} {BCRYPT_ROUNDS}".encode()).hexdigest()[:12] if kind == PUSH else "none"


def _create(client: docker.DockerClient, kind: str) -> Container:
    environment = {"REGISTRY_STORAGE_DELETE_ENABLED": "true", "REGISTRY_LOG_LEVEL": "warn"}
    if kind == PUSH:
        environment |= {
            "REGISTRY_AUTH": "htpasswd",
            "REGISTRY_AUTH_HTPASSWD_REALM": "Containers, Hands On",
            "REGISTRY_AUTH_HTPASSWD_PATH": "/htpasswd",
        }
    marks = {**labels.service_labels(), f"{LABEL}.login": _login_mark(kind)}
    volume = client.volumes.create(container_name(kind), labels=labels.service_labels())
    container = client.containers.create(
        registry_image.ensure(client),
        name=container_name(kind),
        labels=marks,
        environment=environment,
        volumes={volume.name: {"bind": "/var/lib/registry"}},
        ports={f"{CONTAINER_PORT}/tcp": (LOOPBACK, port(kind))},
    )
    if kind == PUSH:
        container.put_archive("/", _htpasswd())
    container.start()
    return container


def _htpasswd() -> bytes:
    line = f"{USER}:{bcrypt.hashpw(password().encode(), bcrypt.gensalt(BCRYPT_ROUNDS)).decode()}\n".encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo("htpasswd")
        entry.size = len(line)
        tar.addfile(entry, io.BytesIO(line))
    return archive.getvalue()


def answers(kind: str) -> bool:
    """Tell whether a registry answers, with our login where it has one."""
    login = (USER, password()) if kind == PUSH else None
    try:
        return ports.http_get(f"http://{LOOPBACK}:{port(kind)}/v2/", auth=login, timeout=5).ok
    except requests.RequestException:
        return False


def _wait_until_it_answers(container: Container, kind: str) -> int:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answers(kind):
            return port(kind)
        time.sleep(0.1)
    log = container.logs(tail=5).decode(errors="replace").strip()
    raise TutorialError(
        f"The local {kind} does not answer on port {port(kind)}. Its last lines:\n{log}",
        f"Remove it and start again: docker rm -f {container.name} && ./tutorial start",
    )
