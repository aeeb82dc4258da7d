"""A registry in a container of the engine: made, and waited for."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass

import bcrypt
import docker
import requests
from docker.models.containers import Container

from workbench.engine import ports
from workbench.errors import TutorialError
from workbench.provision import registry_image
from workbench.settings import LOOPBACK
from workbench.system.waiting import wait_until

Login = tuple[str, str]  # user and password

START_TIMEOUT = 20  # seconds that a registry gets until it answers
CONTAINER_PORT = "5000/tcp"
# The registry checks the login at each request. bcrypt's usual 12 rounds make that 0.35 s, many times a push; they
# slow down who guesses passwords that people choose, and ours is random.
BCRYPT_ROUNDS = 4
WITH_LOGIN = {
    "REGISTRY_AUTH": "htpasswd",
    "REGISTRY_AUTH_HTPASSWD_REALM": "Containers, Hands On",
    "REGISTRY_AUTH_HTPASSWD_PATH": "/htpasswd",
    "REGISTRY_STORAGE_DELETE_ENABLED": "true",
}
# Not ..._READONLY_ENABLED: version 2.8 panics on it.
READ_ONLY = {"REGISTRY_STORAGE_MAINTENANCE_READONLY": '{"enabled":true}'}


@dataclass(frozen=True)
class RegistrySpec:
    """What a registry's container is made from.

    Attributes
    ----------
    name, volume : str
        Names of the container and of the volume that has its images.
    labels : dict of str to str
    port : int
        Port of 127.0.0.1; with 0, the engine chooses.
    login : tuple of str or None
        With a login it takes pushes, without one it is read-only.
    """

    name: str
    volume: str
    labels: dict[str, str]
    port: int
    login: Login | None


def make(client: docker.DockerClient, spec: RegistrySpec) -> Container:
    """Make the container of a registry, not yet started."""
    container = client.containers.create(
        registry_image.ensure(client),
        name=spec.name,
        labels=spec.labels,
        environment={"REGISTRY_LOG_LEVEL": "warn", **(WITH_LOGIN if spec.login else READ_ONLY)},
        volumes={spec.volume: {"bind": "/var/lib/registry"}},
        ports={CONTAINER_PORT: (LOOPBACK, spec.port)},
        # Where the engine runs, a mirror has its port, so that no other program can answer in its place.
        restart_policy=None if spec.login else {"Name": "always"},
    )
    if spec.login:
        container.put_archive("/", _htpasswd(*spec.login))
    return container


def published_port(container: Container) -> int | None:
    """Port of 127.0.0.1 that a registry's container has while it runs."""
    published = container.ports.get(CONTAINER_PORT) or []
    return next((int(binding["HostPort"]) for binding in published), None)


def answers(address: str, login: Login | None) -> bool:
    """Tell whether a registry answers, and takes the login."""
    try:
        return ports.http_get(f"http://{address}/v2/", auth=login, timeout=5).ok
    except requests.RequestException:
        return False


def wait_until_it_answers(container: Container, kind: str, address: str, login: Login | None) -> None:
    """Wait until a registry answers.

    Raises
    ------
    TutorialError
        With its last lines, where it hasn't answered in ``START_TIMEOUT`` seconds.
    """
    if wait_until(lambda: answers(address, login), START_TIMEOUT):
        return
    log = container.logs(tail=5).decode(errors="replace").strip()
    raise TutorialError(
        f"The local {kind} does not answer on port {address.partition(':')[2]}. Its last lines:\n{log}",
        f"Remove it and start again: docker rm -f {container.name} && ./tutorial start",
    )


def _htpasswd(user: str, password: str) -> bytes:
    line = f"{user}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(BCRYPT_ROUNDS)).decode()}\n".encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo("htpasswd")
        entry.size = len(line)
        tar.addfile(entry, io.BytesIO(line))
    return archive.getvalue()
