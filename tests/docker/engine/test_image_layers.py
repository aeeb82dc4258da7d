"""Which instruction made which layer, of images that the engine itself has built."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docker
import pytest

from tests.support.names import letters
from workbench.engine import image_layers, labels
from workbench.settings import BASE_IMAGE, PATHS

pytestmark = pytest.mark.docker
DOCKERFILE = f"""FROM {BASE_IMAGE}
WORKDIR /tmp
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN true
WORKDIR /made
RUN touch empty
RUN echo {{}} > number
"""


@pytest.fixture(name="session")
def fixture_session(client: docker.DockerClient) -> Iterator[str]:
    """Give a name that is free; what carries its label goes afterwards."""
    session = f"test-layers-{letters()}/app"
    yield session
    labels.sweep(PATHS, client, session=session)


def test_a_folder_that_is_there_moves_no_layer(client: docker.DockerClient, session: str) -> None:
    text = DOCKERFILE.format(letters()).encode()
    image, _log = client.images.build(
        fileobj=io.BytesIO(text), tag=f"{session}:1.0", labels=labels.lesson_labels(session), rm=True
    )
    found = {one.text: one.layer for one in image_layers.read(client, f"{session}:1.0").ours}
    made, empty, number = image.attrs["RootFS"]["Layers"][-3:]
    assert (found["WORKDIR /tmp"], found["RUN true"]) == ("", "")
    assert (found["WORKDIR /made"], found["RUN touch empty"]) == (made, empty)
    [last] = [layer for text, layer in found.items() if text.startswith("RUN echo")]
    assert last == number
