"""What a machine needs before the first page, step by step: ``start`` and ``test`` share it."""

from __future__ import annotations

from dataclasses import dataclass

import docker

from workbench.provision import base_image, daemon, frontend, registries
from workbench.settings import Paths
from workbench.system import apt


@dataclass(frozen=True)
class Ready:
    """A machine on which the pages run.

    Attributes
    ----------
    client : docker.DockerClient
    pullable : bool
        Whether ``docker pull python:3.8.10`` works here, unchanged.
    """

    client: docker.DockerClient
    pullable: bool


def prepare(paths: Paths, *programs: str, yes: bool) -> Ready:
    """Bring up the engine, the base image, both registries and the bundles for the browser; what is there stays.

    Parameters
    ----------
    paths : Paths
    *programs : str
        Commands that have to be here too; the package of a missing one is installed.
    yes : bool
        Install system packages without asking.
    """
    client = daemon.ensure(paths, lambda: registries.free_port(paths, registries.MIRROR), yes=yes)
    apt.ensure(*programs, yes=yes)
    pullable = base_image.ensure(paths, client, yes=yes)
    registries.ensure(paths, client, registries.PUSH)
    frontend.build(paths)
    return Ready(client, pullable)
