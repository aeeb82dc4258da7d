"""Record what a real engine says while it builds, pushes and pulls.

Run it by hand where an engine runs and ``./tutorial start`` has been there once, then look at the diff::

    .venv/bin/python tests/unit/streams/record.py

The images are a few megabytes of random bytes, and the registry is one of its own, without a login:
nothing of it stays.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import requests
from urllib3.util import Retry

from workbench.provision import registry_image
from workbench.provision.registries import push_target
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS

FOLDER = Path(__file__).parent
MEGABYTES = {"small": 3, "large": 5}
BUILD = f"""\
FROM {BASE_IMAGE}
RUN echo out && echo err >&2
RUN echo 'Successfully built a-wheel, says pip'
CMD ["true"]
"""
FAILING_BUILD = f"""\
FROM {BASE_IMAGE}
RUN echo it begins && echo no such package >&2 && exit 3
CMD ["true"]
"""


def main() -> None:
    """Record every stream that the tests read."""
    client = docker.from_env()
    with a_registry(client) as address:
        small, large = f"{address}/small", f"{address}/large"
        keep("build", build(client, BUILD, "recorded:build"))
        keep("build_cached", build(client, BUILD, "recorded:build", nocache=False))
        keep("build_failing", build(client, FAILING_BUILD, "recorded:failing"))
        list(build(client, "FROM scratch\nCOPY small /\n", small))
        list(build(client, f"FROM {small}\nCOPY large /\n", large))
        keep("push", client.api.push(small, stream=True, decode=True))
        keep("push_again", client.api.push(small, stream=True, decode=True))
        client.images.get(small).tag(f"{address}/other")
        keep("push_mounted", client.api.push(f"{address}/other", stream=True, decode=True))
        client.images.remove(f"{address}/other")
        list(client.api.push(large, stream=True, decode=True))
        for image in (large, small, "recorded:build"):
            client.images.remove(image)
        keep("pull", client.api.pull(small, stream=True, decode=True))
        keep("pull_again", client.api.pull(small, stream=True, decode=True))
        keep("pull_some_layers_here", client.api.pull(large, stream=True, decode=True))
        keep("push_denied", push_without_a_login(client, small))
        for image in (large, small):
            client.images.remove(image)


@contextmanager
def a_registry(client: docker.DockerClient) -> Iterator[str]:
    """Run a registry that asks for no login; yield its address."""
    published: Any = {"5000/tcp": (LOOPBACK, None)}  # a free port, which the annotations don't know of
    container = client.containers.run(registry_image.ensure(client), ports=published, detach=True)
    try:
        container.reload()
        [place] = container.ports["5000/tcp"] or []
        address = f"{LOOPBACK}:{place['HostPort']}"
        with requests.Session() as session:
            session.mount("http://", requests.adapters.HTTPAdapter(max_retries=Retry(20, backoff_factor=0.1)))
            session.get(f"http://{address}/v2/").raise_for_status()
        yield address
    finally:
        container.remove(force=True, v=True)


def build(client: docker.DockerClient, dockerfile: str, name: str, nocache: bool = True) -> Iterator[dict[str, Any]]:
    """Build from a folder that holds the Dockerfile and the random bytes."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "Dockerfile").write_text(dockerfile)
        for file, megabytes in MEGABYTES.items():
            Path(folder, file).write_bytes(os.urandom(megabytes * 1_000_000))
        yield from client.api.build(path=folder, tag=name, nocache=nocache, rm=True, forcerm=True, decode=True)


def push_without_a_login(client: docker.DockerClient, name: str) -> Iterator[dict[str, Any]]:
    """Push to the tutorial's registry, which asks for a login."""
    denied = push_target(PATHS).repository("recorded")
    client.images.get(name).tag(denied)
    yield from client.api.push(denied, stream=True, decode=True, auth_config={})
    client.images.remove(denied)


def keep(name: str, events: Iterable[dict[str, Any]]) -> None:
    """Store the events of one stream, one a line."""
    lines = ",\n".join(json.dumps(event, sort_keys=True) for event in events)
    (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
