"""What the base image is taken for, and what ``start`` does where the engine's image store was changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import ImageNotFound

from workbench.provision import base_image, base_pull, base_record, mirror, standin_image
from workbench.provision.base_image import Base, BaseImage
from workbench.provision.base_record import CACHE, DOCKER_HUB, OURS, Served
from workbench.settings import BASE_IMAGE, BASE_TAG, STANDIN_LABEL, Paths

MADE = "made on this machine"
OVERLAY, CONTAINERD, CONFIG = "sha256:as-overlay2-packs-it", "sha256:as-containerd-packs-it", "sha256:config"
OFFICIAL = [f"PYTHON_VERSION={BASE_TAG}"]


def image(identity: str, label: str = "", env: list[str] | None = None, *, hollow: bool = False) -> Any:
    """Give an image as docker-py does; a hollow one has lost its label and its settings with its layers."""
    attrs = {"RootFS": {} if hollow else {"Layers": ["sha256:layer"]}, "Config": {"Env": None if hollow else env or []}}
    labels = {STANDIN_LABEL: label} if label and not hollow else {}
    return SimpleNamespace(id=identity, labels=labels, tags=[BASE_IMAGE], attrs={**attrs, "RepoDigests": None})


class Images:
    """An engine's images: the base alone."""

    def __init__(self, base: Any) -> None:
        self.base = base

    def get(self, _name: str) -> Any:
        """Give the base."""
        if self.base is None:
            raise ImageNotFound(BASE_IMAGE)
        return self.base

    def remove(self, _name: str, *, force: bool) -> None:
        """Take the base away."""
        assert force
        self.base = None


def engine(base: Any) -> Any:
    return SimpleNamespace(images=Images(base))


@pytest.mark.parametrize("source", [DOCKER_HUB, CACHE])
@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (image(CONFIG, env=OFFICIAL), BaseImage.OFFICIAL),
        (image(CONFIG, env=["PYTHON_VERSION=3.8.18"]), BaseImage.UNKNOWN),
        (image(CONFIG), BaseImage.UNKNOWN),  # a stand-in whose label was lost
        (image(CONFIG, MADE, hollow=True), BaseImage.UNKNOWN),  # one that the image store can't show
        (image(CONTAINERD, env=OFFICIAL), BaseImage.UNKNOWN),  # one that was never pulled
        (image(CONFIG, MADE, OFFICIAL), BaseImage.STANDIN),
    ],
)
def test_an_image_is_official_only_where_it_says_so_itself(
    paths: Paths, source: str, found: Any, kind: BaseImage
) -> None:
    base_record.record(paths, Served((CONFIG,), "", source))
    assert base_image.describe(paths, engine(found)).kind is kind


@pytest.fixture(name="hub")
def fixture_hub(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give an engine that asks our mirror, and has no other way out; note what is done to the mirror."""
    done: list[str] = []

    def fill(_paths: Paths, client: Any) -> Served:
        done.append("fill")
        return Served((client.images.base.id,), MADE, OURS)

    def make(_paths: Paths, client: Any, *, yes: bool) -> None:
        assert yes
        done.append("make")
        client.images.base = image(CONTAINERD, MADE)

    monkeypatch.setattr(mirror, "guard", lambda *_: None)
    monkeypatch.setattr(mirror, "is_asked", lambda *_: True)
    monkeypatch.setattr(mirror, "start", lambda *_: done.append("start"))
    monkeypatch.setattr(mirror, "discard", lambda *_: done.append("discard"))
    monkeypatch.setattr(mirror, "kept", lambda paths, _client: base_record.recorded(paths))
    monkeypatch.setattr(mirror, "fill", fill)
    monkeypatch.setattr(base_image, "ask", lambda _paths, _client, known: "" if known else "no such host")
    monkeypatch.setattr(base_pull, "why_not_pulled", lambda _client: "no such host")
    monkeypatch.setattr(standin_image, "build", make)
    monkeypatch.setattr(base_image, "_say_what_is_served", lambda *_: None)
    return done


def test_a_mirror_filled_by_another_image_store_is_filled_again(paths: Paths, hub: list[str]) -> None:
    base_record.record(paths, Served((OVERLAY, CONFIG), MADE, OURS))
    client = engine(image(CONTAINERD, MADE))
    assert base_image.ensure(paths, client, yes=True)
    assert "fill" in hub
    assert "make" not in hub
    assert base_record.recorded(paths) == Served((CONTAINERD,), MADE, OURS)


def test_a_mirror_that_fits_is_left_alone(paths: Paths, hub: list[str]) -> None:
    base_record.record(paths, Served((OVERLAY, CONFIG), MADE, OURS))
    assert base_image.ensure(paths, engine(image(CONFIG, MADE)), yes=True)
    assert hub == ["start"]


def test_an_image_that_the_store_cannot_show_is_made_again(
    paths: Paths, hub: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    base_record.record(paths, Served((OVERLAY, CONFIG), MADE, OURS))
    client = engine(image(OVERLAY, MADE, hollow=True))
    assert base_image.ensure(paths, client, yes=True)
    assert "shows neither layers nor labels" in capsys.readouterr().out
    assert base_image.describe(paths, client) == Base(BaseImage.STANDIN, MADE)
    assert hub.index("discard") < hub.index("make") < hub.index("fill")
