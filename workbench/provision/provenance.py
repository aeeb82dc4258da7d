"""On what a notebook ran, so that no reader takes a stand-in for the real thing."""

from __future__ import annotations

import docker

from workbench.provision import base_image
from workbench.settings import Paths


def provenance(paths: Paths, client: docker.DockerClient) -> str:
    """Name the engine and the base image that this engine has.

    Returns
    -------
    str
        One line that starts with ``Ran on``.
    """
    version = client.version()
    image = base_image.in_words(paths, client)
    return f"Ran on Docker Engine {version['Version']} (API {version['ApiVersion']}), with {image}."
