"""What a pull gives, kept in a file and compared with an image."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from workbench.provision import base_record
from workbench.provision.base_record import DOCKER_HUB, OURS, Served
from workbench.settings import STANDIN_LABEL, Paths

MANIFEST, CONFIG, OTHER = "sha256:1", "sha256:2", "sha256:3"


def image(identity: str, label: str = "", digest: str = "") -> Any:
    pulled = [f"python@{digest}"] if digest else None
    return SimpleNamespace(id=identity, labels={STANDIN_LABEL: label} if label else {}, attrs={"RepoDigests": pulled})


def test_what_was_recorded_is_read_again_until_it_is_forgotten(paths: Paths) -> None:
    assert base_record.recorded(paths) is None
    made = Served((MANIFEST, CONFIG), "made here", OURS)
    base_record.record(paths, made)
    assert base_record.recorded(paths) == made
    base_record.forget(paths)
    assert base_record.recorded(paths) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "{}", '{"digests": null, "standin": "", "source": ""}'])
def test_half_a_record_is_none(paths: Paths, text: str) -> None:
    paths.state.mkdir()
    (paths.state / "base.json").write_text(text)
    assert base_record.recorded(paths) is None


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (image(CONFIG, "made here"), True),  # as overlay2 names it
        (image(MANIFEST, "made here"), True),  # as the containerd image store does
        (image(OTHER, "made here", MANIFEST), True),
        (image(OTHER, "made here", OTHER), False),
        (image(OTHER, "made here"), False),
        (image(MANIFEST), False),  # an image store that was changed: the ID, and nothing behind it
    ],
)
def test_an_image_is_known_by_its_digests_and_its_label(found: Any, *, same: bool) -> None:
    assert Served((MANIFEST, CONFIG), "made here", OURS).matches(found) == same


def test_docker_hubs_image_is_known_by_its_digest_alone() -> None:
    official = Served((MANIFEST,), "", DOCKER_HUB)
    assert official.matches(image(CONFIG, digest=MANIFEST))
    assert not official.matches(image(CONFIG, digest=OTHER))
