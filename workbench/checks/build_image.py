"""Checks of chapter 04."""

from __future__ import annotations

from docker.errors import ImageNotFound
from docker.models.images import Image

from workbench.checks.desk import Check, Desk, Verdict
from workbench.settings import BASE_IMAGE

NEXT_TAG = "2.0"


def second_version(desk: Desk) -> Verdict:
    """See that a second version stands beside the first and shares what was installed."""
    name = f"{desk.session}:{NEXT_TAG}"
    first, second = _find(desk, desk.image), _find(desk, name)
    if first is None:
        return Verdict(ok=False, message=f"no image has the name {desk.image} any more. Which name did your build use?")
    if second is None:
        return Verdict(ok=False, message=f"no image has the name {name}. Which argument of the build gives the name?")
    if first.id == second.id:
        return Verdict(
            ok=False,
            message=f"{desk.image} and {name} are two names for one image. "
            "Did degrees_api.py change before the build, and did the build get the new name?",
        )
    return _compare(desk, _layers(first), _layers(second), name)


def _compare(desk: Desk, first: list[str], second: list[str], name: str) -> Verdict:
    base = _layers(desk.client.images.get(BASE_IMAGE))
    if second[: len(base)] != base:
        return Verdict(ok=False, message=f"{name} does not start from {BASE_IMAGE}. What does the FROM line say?")
    if first == second:
        return Verdict(ok=False, message=f"{name} holds the same degrees_api.py as before. Which folder did you build?")
    installed = len(base) + 1  # the base, and the layer of the RUN instruction
    if first[:installed] != second[:installed]:
        return Verdict(
            ok=False,
            message=f"{name} does not share the installed packages with {desk.image}: pip ran again. "
            "What stands before RUN, and did the build use the cache?",
        )
    return Verdict(ok=True, message=f"{desk.image} and {name} stand side by side and share all but the program.")


def _find(desk: Desk, name: str) -> Image | None:
    try:
        return desk.client.images.get(name)
    except ImageNotFound:
        return None


def _layers(image: Image) -> list[str]:
    layers: list[str] = image.attrs["RootFS"]["Layers"]
    return layers


CHECKS: dict[str, Check] = {"second-version": second_version}
