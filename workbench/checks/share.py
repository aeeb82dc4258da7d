"""Checks of chapter 06."""

from __future__ import annotations

import re

from workbench.checks.engine_state import Check, CheckResult, EngineState
from workbench.provision.registries import PushTarget, push_target
from workbench.settings import APP_TAG

LATEST = "latest"
ID = re.compile("(?:sha256:)?[0-9a-f]{12,64}")
NOT_PUSHED = f"the registry has no {APP_TAG} of yours. Did the push above end in an error?"


def by_digest(engine: EngineState) -> CheckResult:
    """See that a container names its image by the digest that the registry gives for the tag that was pushed."""
    target = push_target(engine.paths)
    repository = target.repository(engine.session)
    wanted = _in_registry(engine, target, APP_TAG)
    if wanted is None:
        return CheckResult(ok=False, message=NOT_PUSHED)
    names = [str(box.attrs["Config"]["Image"]) for box in engine.containers()]
    if f"{repository}@{wanted}" in map(_without_tag, names):
        return CheckResult(ok=True, message=f"a container is of {repository}@sha256:..., wherever the tag may move.")
    if not names:
        return CheckResult(ok=False, message="no container is made yet. Which call makes one, and by which name?")
    return CheckResult(ok=False, message=f"the newest container is of {names[0]}: {_wrong_name(names[0], repository)}")


def _without_tag(name: str) -> str:
    """Take the tag out of ``REPOSITORY:TAG@DIGEST``: with a digest, Docker doesn't look at it."""
    before, at, digest = name.partition("@")
    place, slash, last = before.rpartition("/")
    return f"{place}{slash}{last.partition(':')[0]}{at}{digest}" if at else name


def _wrong_name(name: str, repository: str) -> str:
    if ID.fullmatch(name):
        return "that is an ID, which this engine knows and no registry. Which name has an @ in it?"
    if not name.startswith(repository):
        return "that is not what came from the registry. Does the name in pushed begin with its address?"
    if "@" in name:
        return f"that is a digest, but not the one of {APP_TAG}. Which digest does the registry give?"
    return "that is a tag, and a tag may move. What comes after the @ in a name that can't move?"


def latest_is_the_same_image(engine: EngineState) -> CheckResult:
    """See whether the registry gives one digest for ``latest`` and for the tag that the page pushed."""
    target = push_target(engine.paths)
    wanted = _in_registry(engine, target, APP_TAG)
    if wanted is None:
        return CheckResult(ok=False, message=NOT_PUSHED)
    if _in_registry(engine, target, LATEST) == wanted:
        return CheckResult(
            ok=True, message=f"{LATEST} and {APP_TAG} have one digest in the registry: they are one image."
        )
    return CheckResult(ok=False, message=_what_is_missing(engine, target.repository(engine.session), wanted))


def _what_is_missing(engine: EngineState, repository: str, wanted: str) -> str:
    here = _here(engine, f"{repository}:{LATEST}")
    if here is not None and f"{repository}@{wanted}" in here:
        return f"this machine has the name {LATEST} now, and the registry has not. How did {APP_TAG} get there?"
    if here is not None:
        return f"your {LATEST} is another image than {APP_TAG}. Which image did you give the name to?"
    if _here(engine, f"{engine.session}:{LATEST}") is not None:
        return (
            f"{engine.session}:{LATEST} is a name that leads to Docker Hub. "
            "What comes first in a name that leads to your own registry?"
        )
    return f"the registry has no {LATEST} that is this image. Which call gives an image one more name?"


def _in_registry(engine: EngineState, target: PushTarget, tag: str) -> str | None:
    return target.digest(engine.client, f"{target.repository(engine.session)}:{tag}")


def _here(engine: EngineState, name: str) -> list[str] | None:
    """List the names with a digest that an image has on this engine; None where there is no such image."""
    image = engine.find_image(name)
    return None if image is None else list(image.attrs["RepoDigests"])


CHECKS: dict[str, Check] = {"by-digest": by_digest, "latest-is-the-same-image": latest_is_the_same_image}
