"""The labels of a lesson, and what a sweep says of itself; the sweeps are in ``tests/docker``."""

from __future__ import annotations

import pytest

from workbench.labels import Swept, container_name, label_filter, lesson_labels

ALL = Swept(["web", "box"], ["ada/degrees_api:1.0"], ["front"], ["data", "logs", "more"])


def test_what_is_labelled_is_what_is_looked_for() -> None:
    pairs = [f"{key}={value}" for key, value in lesson_labels("ada/degrees_api").items()]
    assert label_filter("lesson", "ada/degrees_api") == {"label": pairs}
    assert label_filter("lesson")["label"] == pairs[:1]


def test_a_sweep_counts_what_it_removed() -> None:
    assert str(ALL) == "Removed 2 containers, 1 image, 1 network, 3 volumes"
    assert str(Swept(images=["x"])) == "Removed 1 image"
    assert str(Swept()) == "Removed nothing: there was nothing of ours"


def test_a_sweep_names_what_it_removed_by_kind() -> None:
    assert ALL.names()[:3] == ["container web", "container box", "image ada/degrees_api:1.0"]
    assert len(ALL.names()) == 7


@pytest.mark.parametrize(("listed", "name"), [(["/web"], "web"), ([], "0123456789ab"), (None, "0123456789ab")])
def test_a_container_that_is_about_to_go_is_called_by_its_id(listed: list[str] | None, name: str) -> None:
    assert container_name({"Id": "0123456789abcdef", "Names": listed}) == name
