"""What you made with the ``docker`` command, without labels: found by its name, or because a check counted it."""

from __future__ import annotations

from typing import Any

import docker

from workbench.engine.labels import container_name
from workbench.settings import LABEL, Paths

Listed = dict[str, Any]  # a container as the engine lists it


def note(paths: Paths, containers: list[str]) -> None:
    """Note the IDs of containers that a check counted: their names don't tell that they are yours."""
    paths.state.mkdir(exist_ok=True)
    with (paths.state / "counted").open("a", encoding="utf-8") as file:
        file.writelines(f"{container}\n" for container in containers)


def forget(paths: Paths) -> None:
    """Forget what checks have counted."""
    (paths.state / "counted").unlink(missing_ok=True)


def found(paths: Paths, client: docker.DockerClient, repository: str) -> tuple[list[Listed], list[str]]:
    """List what you made without labels.

    Parameters
    ----------
    paths : Paths
    client : docker.DockerClient
    repository : str
        The one that the pages teach, ``username/degrees_api``.

    Returns
    -------
    containers : list of dict
        Those with a name of the repository, those of its images, and those that a check counted.
    images : list of str
        Their names, with the address of a registry in front where they have one.
    """
    counted = (paths.state / "counted").read_text().split() if (paths.state / "counted").exists() else []
    mine = [one for one in client.api.containers(all=True) if LABEL not in (one["Labels"] or {})]
    containers = [one for one in mine if one["Id"] in counted or _is_named(one, repository)]
    images = [image for image in client.api.images() if LABEL not in (image["Labels"] or {})]
    names = [name for image in images for name in image["RepoTags"] or [] if f"/{repository}:" in f"/{name}"]
    return containers, names


def _is_named(container: Listed, repository: str) -> bool:
    prefix = f"{repository.replace('/', '-')}-"
    return container_name(container).startswith(prefix) or f"/{repository}:" in f"/{container['Image']}:"
