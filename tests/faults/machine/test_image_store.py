"""An engine whose image store is changed between two starts; Docker 20.10 has only one, so nothing changes there."""

from __future__ import annotations

import docker
import pytest

from workbench.provision import base_image
from workbench.provision.base_image import Base, BaseImage
from workbench.settings import LOOPBACK, STANDIN_LABEL, Paths

from . import images
from .mirrors import MADE, Started, give_registry, pull, start
from .second_engine import SecondEngine

pytestmark = pytest.mark.docker


def test_a_stand_in_stays_one_where_the_mirror_was_filled_by_another_store(
    paths: Paths, second: SecondEngine, client: docker.DockerClient, name: str, port: int
) -> None:
    mirrors = [f"http://{LOOPBACK}:{port}"]
    old = second.start(**{"registry-mirrors": mirrors})
    give_registry(client, old)
    assert start(paths, old) == Started(MADE, pullable=True)
    old.close()
    second.stop()
    new = second.start(**{"registry-mirrors": mirrors, "features": {"containerd-snapshotter": True}})
    give_registry(client, new)
    images.load(new, name, labels={STANDIN_LABEL: MADE})
    assert start(paths, new) == Started(MADE, pullable=True)
    assert pull(new, name).labels == {STANDIN_LABEL: MADE}
    assert base_image.describe(paths, new) == Base(BaseImage.STANDIN, MADE)
    new.close()
