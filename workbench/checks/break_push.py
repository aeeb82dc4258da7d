"""Checks of the page that breaks the push."""

from __future__ import annotations

from docker.models.images import Image

from workbench.checks.engine_state import Check, CheckResult, EngineState, verdict
from workbench.provision.registries import push_target

DENIED, ASTRAY, FETCHED = "1.0", "1.1", "stable"  # tags
WRONG_ADDRESS = "127.0.0.1:9/"  # where the page itself sends an image that can't arrive


def arrived_after_all(engine: EngineState) -> CheckResult:
    """See that the registry has this run's image under the tag that was denied."""
    return _arrived(engine, DENIED)


def arrived_here(engine: EngineState) -> CheckResult:
    """See that the registry has this run's image under the tag that went astray."""
    return _arrived(engine, ASTRAY)


def fetched(engine: EngineState) -> CheckResult:
    """See that what the registry has under its tag is on this engine."""
    name = _name(engine, FETCHED)
    return verdict(_not_fetched(engine, name), f"{name} is here, and it is what the registry has.")


def _not_fetched(engine: EngineState, name: str) -> str:
    there, here = push_target(engine.paths).digest(engine.client, name), engine.find_image(name)
    if there is None:
        return f"the registry has no {name}. Did the push further up end in an error?"
    if here is None:
        return f"this machine has no {name}. Which tag does the registry have, letter by letter?"
    if not _is(here, name, there):
        return f"{name} is another image here than in the registry. Was it pulled, or built?"
    return ""


def _arrived(engine: EngineState, tag: str) -> CheckResult:
    name = _name(engine, tag)
    return verdict(_not_there(engine, name), f"the registry has {name}, and it is your image.")


def _not_there(engine: EngineState, name: str) -> str:
    image, here = engine.find_image(engine.image), engine.find_image(name)
    if image is None:
        return f"no image has the name {engine.image} any more. lesson.build() makes it again."
    # The name on this machine may be gone again: what counts is what the registry has.
    if _is(image, name, push_target(engine.paths).digest(engine.client, name)):
        return ""
    if here is None:
        return _no_such_name(engine, image, name)
    if here.id != image.id:
        return f"{name} is another image than {engine.image}. Which one did you give the name to?"
    return f"this machine has {name}, and the registry has not. Is there an error among the events of the push?"


def _no_such_name(engine: EngineState, image: Image, name: str) -> str:
    """Say which of an image's names was perhaps meant to be the one that is not there."""
    short = f"{engine.session}:{name.rpartition(':')[2]}"
    if short in image.tags and short != engine.image:
        return f"{short} leads to Docker Hub. What comes first in a name that leads to your own registry?"
    astray = [other for other in image.tags if other.endswith(f"/{short}")]
    if yours := [other for other in astray if not other.startswith(WRONG_ADDRESS)] or astray:
        return f"{yours[0]} leads to another registry. What is the address of yours? target.address has it."
    return f"no image has the name {name}, and the name says where a push goes. Which call gives an image one more?"


def _name(engine: EngineState, tag: str) -> str:
    return f"{push_target(engine.paths).repository(engine.session)}:{tag}"


def _is(image: Image, name: str, digest: str | None) -> bool:
    """Tell whether an image is the one that the registry knows by this digest."""
    return f"{name.rpartition(':')[0]}@{digest}" in image.attrs["RepoDigests"]


CHECKS: dict[str, Check] = {
    "arrived-after-all": arrived_after_all,
    "arrived-here": arrived_here,
    "fetched-what-is-there": fetched,
}
