"""Checks of chapter 06."""

from __future__ import annotations

from docker.errors import APIError, ImageNotFound

from workbench.checks.desk import Check, Desk, Verdict
from workbench.registry import PushTarget, push_target
from workbench.settings import APP_TAG

LATEST = "latest"


def latest_is_the_same_image(desk: Desk) -> Verdict:
    """See whether the registry gives one digest for ``latest`` and for the tag that the page pushed."""
    target = push_target()
    wanted = _in_registry(desk, target, APP_TAG)
    if wanted is None:
        return Verdict(ok=False, message=f"the registry has no {APP_TAG} of yours. Did the push above end in an error?")
    if _in_registry(desk, target, LATEST) == wanted:
        return Verdict(ok=True, message=f"{LATEST} and {APP_TAG} have one digest in the registry: they are one image.")
    return Verdict(ok=False, message=_what_is_missing(desk, target.repository(desk.session), wanted))


def _what_is_missing(desk: Desk, repository: str, wanted: str) -> str:
    here = _here(desk, f"{repository}:{LATEST}")
    if here is not None and f"{repository}@{wanted}" in here:
        return f"this machine has the name {LATEST} now, and the registry has not. How did {APP_TAG} get there?"
    if here is not None:
        return f"your {LATEST} is another image than {APP_TAG}. Which image did you give the name to?"
    if _here(desk, f"{desk.session}:{LATEST}") is not None:
        return (
            f"{desk.session}:{LATEST} is a name that leads to Docker Hub. "
            "What stands in front of a name that leads to your own registry?"
        )
    return f"the registry has no {LATEST} that is this image. Which call gives an image one more name?"


def _in_registry(desk: Desk, target: PushTarget, tag: str) -> str | None:
    """Ask the registry for the digest of a tag; None where it has no such tag."""
    name = f"{target.repository(desk.session)}:{tag}"
    login = {"username": target.username, "password": target.password, "serveraddress": target.address}
    try:
        return desk.client.images.get_registry_data(name, auth_config=login).id
    except APIError as error:
        if error.is_client_error():
            return None
        raise


def _here(desk: Desk, name: str) -> list[str] | None:
    """List the names with a digest that an image has on this engine; None where there is no such image."""
    try:
        names: list[str] = desk.client.images.get(name).attrs["RepoDigests"]
    except ImageNotFound:
        return None
    return names


CHECKS: dict[str, Check] = {"latest-is-the-same-image": latest_is_the_same_image}
