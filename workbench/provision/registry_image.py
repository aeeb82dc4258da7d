"""The image that the local registries run from, made without Docker Hub where that is possible."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import docker
from docker.errors import ImageNotFound
from docker.models.images import Image

from workbench.engine.client import ENGINE_ERRORS
from workbench.engine.labels import service_labels
from workbench.errors import TutorialError
from workbench.settings import LABEL

OURS = f"{LABEL}/registry:2"
OFFICIAL = "registry:2"

DOCKERFILE = """\
FROM scratch
COPY root /
EXPOSE 5000
ENV REGISTRY_HTTP_ADDR=:5000
CMD ["/usr/bin/docker-registry", "serve", "/etc/docker/registry/config.yml"]
"""
CONFIG = """\
version: 0.1
storage: {filesystem: {rootdirectory: /var/lib/registry}}
http: {addr: ":5000"}
"""


def ensure(client: docker.DockerClient) -> str:
    """Return the name of an image that runs a registry (the Distribution project's, version 2).

    Ours is used where it is here. Else Debian's ``docker-registry``, one binary that needs only
    libc, goes into a separate image: that costs a download of 6 MB and no pull from Docker Hub's
    quota. Else the official image is used, and pulled where it is missing.

    Raises
    ------
    TutorialError
        Where none of them can be had, or an image of the official one's name is something else.
    """
    try:
        if LABEL in client.images.get(OURS).labels:
            return OURS
    except ImageNotFound:
        pass
    try:
        return _build(client)
    except (OSError, subprocess.CalledProcessError) as no_package:
        return _official(client, no_package)


def _official(client: docker.DockerClient, no_package: Exception) -> str:
    try:
        image = client.images.get(OFFICIAL)
    except ImageNotFound:
        try:
            client.images.pull(OFFICIAL)
        except ENGINE_ERRORS as no_pull:
            raise TutorialError(
                f"No image for the local registry: Debian's package is not to be had ({no_package}), "
                f"nor is Docker Hub's image ({no_pull}).",
                "Check the network, then run ./tutorial start again.",
            ) from no_pull
        return OFFICIAL
    if not _serves(image):
        raise TutorialError(
            f"The local registry needs the image {OFFICIAL}, and the image of that name here isn't Docker Hub's: "
            "it doesn't start a registry.",
            f"Give yours another name, then run ./tutorial start again: docker tag {OFFICIAL} my-registry && "
            f"docker rmi {OFFICIAL}",
        )
    return OFFICIAL


def _serves(image: Image) -> bool:
    """Tell whether an image starts a registry: it gets a registry's configuration file, and exposes its port."""
    config = image.attrs["Config"]
    command = [*(config.get("Entrypoint") or []), *(config.get("Cmd") or [])]
    return bool(command) and command[-1].endswith("/config.yml") and "5000/tcp" in (config.get("ExposedPorts") or {})


def _build(client: docker.DockerClient) -> str:
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        root = context / "root"
        subprocess.run(["apt-get", "download", "-qq", "docker-registry"], cwd=folder, check=True, capture_output=True)
        [package] = context.glob("*.deb")
        unpacked = context / "unpacked"
        subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
        binary = unpacked / "usr/bin/docker-registry"
        for file in [binary, *_libraries(binary)]:
            # Under its own name, since the binary looks its libraries up by these paths.
            target = root / (file.relative_to(unpacked) if file == binary else file.relative_to("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        config = root / "etc/docker/registry/config.yml"
        config.parent.mkdir(parents=True)
        config.write_text(CONFIG)
        (root / "tmp").mkdir()
        (context / "Dockerfile").write_text(DOCKERFILE)
        (context / ".dockerignore").write_text("unpacked\n*.deb\n")
        client.images.build(path=folder, tag=OURS, rm=True, forcerm=True, labels=service_labels())
    return OURS


def _libraries(binary: Path) -> list[Path]:
    """List the shared libraries that a binary needs, the loader among them."""
    listing = subprocess.run(["ldd", binary], check=True, capture_output=True, text=True).stdout
    return [Path(path) for path in re.findall(r"(/\S+) \(0x", listing)]
