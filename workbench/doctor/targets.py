"""Where the probes look: this machine and the real Docker Hub, unless they are told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.engine import docker_hub
from workbench.settings import APP_PORT, BASE_IMAGE, LAB_PORT, PATHS, Paths


@dataclass(frozen=True)
class Targets:
    """Where the probes look.

    Attributes
    ----------
    base : str
        Name of the base image.
    app_port, lab_port : int
        Host ports that the journey would like to have.
    paths : Paths
        The checkout.
    hub, hub_login : str
        Addresses of Docker Hub's registry and of the server that gives out its tokens.
    packages : str
        Address in the package index to which pip will talk, from inside a container too.
    container : mapping
        What ``docker run`` is told for the container that looks from inside, for example ``dns``;
        with nothing, it is started as the pages start theirs.
    """

    base: str = BASE_IMAGE
    app_port: int = APP_PORT
    lab_port: int = LAB_PORT
    paths: Paths = PATHS
    hub: str = docker_hub.REGISTRY
    hub_login: str = docker_hub.LOGIN
    packages: str = "https://pypi.org/simple/pip/"
    container: Mapping[str, Any] = field(default_factory=dict)

    @property
    def app(self) -> Path:
        """Folder from which images are built: the student's own, or what it is copied from where there is none yet."""
        students = self.paths.work / "app"
        return students if students.is_dir() else self.paths.app
