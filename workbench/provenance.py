"""On what a notebook ran, so that no reader takes a stand-in for the real thing."""

from __future__ import annotations

import docker

from workbench import base
from workbench.settings import BASE_IMAGE


def provenance(client: docker.DockerClient) -> str:
    """Name the engine and the base image that this engine has.

    Returns
    -------
    str
        One line that starts with ``Ran on``.
    """
    version = client.version()
    standin = base.describe(client)
    image = f"{BASE_IMAGE} from Docker Hub"
    if standin is None:
        image = f"no {BASE_IMAGE}"
    elif standin:
        image = f"a stand-in for {BASE_IMAGE}, {standin}"
    return f"Ran on Docker Engine {version['Version']} (API {version['ApiVersion']}), with {image}."
