"""Remove what the tutorial made from the engine, and say how much room that gave back."""

from __future__ import annotations

from http import HTTPStatus

import docker
from docker.errors import APIError

from workbench import base, engine, labels, served
from workbench.packages import agreed
from workbench.settings import BASE_IMAGE, CI, LESSON, SERVICE


def clean(*, everything: bool, yes: bool) -> int:
    """List what is ours, ask, remove it.

    Parameters
    ----------
    everything : bool
        Also the registries with what was pushed to them, and the base image if we brought it.
    yes : bool
        Don't ask.

    Returns
    -------
    int
        Exit code: 1 where the answer was no.
    """
    client = engine.connect()
    values = [LESSON, SERVICE] if everything else [LESSON]
    sessions = [(value, session) for value in values for session in labels.own_sessions(client, value)]
    names = [name for value, session in sessions for name in labels.find(client, value, session).names()]
    if everything and base.is_brought(client):
        names.append(BASE_IMAGE)
    if not names:
        print("Nothing of ours is here.")
        return 0
    print("Ours:", *sorted(names), sep="\n  ")
    if not (yes or CI or agreed("Remove all of this?")):
        print("Nothing was removed.")
        return 1
    before = _bytes_used(client)
    for value, session in sessions:
        labels.sweep(client, value, session)
    if everything:
        served.forget()  # the mirror is gone
    if BASE_IMAGE in names:
        _remove_base(client)
    after = _bytes_used(client)
    print("Removed." if before is None or after is None else f"Removed. {before - after:,} bytes came back.")
    return 0


def _remove_base(client: docker.DockerClient) -> None:
    try:
        client.images.remove(BASE_IMAGE)
    except APIError as error:
        if error.status_code != HTTPStatus.CONFLICT:
            raise
        print(f"{BASE_IMAGE} stays: a container of yours needs it.")
    else:
        base.BROUGHT.unlink(missing_ok=True)


def _bytes_used(client: docker.DockerClient) -> int | None:
    """Count the bytes that images, containers and volumes take; None where the engine doesn't say.

    The same on the command line: ``docker system df``.
    """
    usage = client.df()
    if not usage.keys() >= {"LayersSize", "Containers", "Volumes"}:  # API 1.53 tells it in another way
        return None
    containers = sum(container.get("SizeRw", 0) for container in usage["Containers"] or [])
    volumes = sum(max(volume["UsageData"]["Size"], 0) for volume in usage["Volumes"] or [])
    return int(usage["LayersSize"] + containers + volumes)
