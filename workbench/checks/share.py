"""Checks of chapter 06."""

from __future__ import annotations

from docker.errors import APIError, ImageNotFound

from workbench.checks.desk import Check, Desk, Verdict
from workbench.registry import push_target
from workbench.settings import APP_TAG

LATEST = "latest"


def latest_is_the_same_image(desk: Desk) -> Verdict:
    """The registry gives the same digest for ``latest`` as for the tag that the page pushed."""
    repository = push_target().repository(desk.session)
    wanted, found = _in_registry(desk, repository, APP_TAG), _in_registry(desk, repository, LATEST)
    if wanted is None:
        return Verdict(ok=False, message=f"the registry has no {APP_TAG} of yours. Did the push above end in an error?")
    if found == wanted:
        return Verdict(ok=True, message=f"{LATEST} and {APP_TAG} have one digest in the registry, so they are one image.")
    here = _here(desk, f"{repository}:{LATEST}")
    if here is None and _here(desk, f"{desk.session}:{LATEST}") is not None:
        return Verdict(
            ok=False,
            message=f"{desk.session}:{LATEST} is a name that leads to Docker Hub. "
            "What stands in front of a name that leads to your own registry?",
        )
    if here is None:
        return Verdict(
            ok=False,
            message=f"the registry has no {LATEST} that is this image. Which call gives an image one more name?",
        )
    if f"{repository}@{wanted}" in here:
        return Verdict(
            ok=False,
            message=f"this machine has the name {LATEST} now, and the registry has not. How did {APP_TAG} get there?",
        )
    return Verdict(ok=False, message=f"your {LATEST} is another image than {APP_TAG}. Which image did you give the name to?")


def _in_registry(desk: Desk, repository: str, tag: str) -> str | None:
    """Digest that the registry gives for a tag; None where it has no such tag."""
    target = push_target()
    login = {"username": target.username, "password": target.password, "serveraddress": target.address}
    try:
        return desk.client.images.get_registry_data(f"{repository}:{tag}", auth_config=login).id
    except APIError as error:
        if error.is_client_error():
            return None
        raise


def _here(desk: Desk, name: str) -> list[str] | None:
    """Names with a digest that this engine has for an image; None where it has no such image."""
    try:
        names: list[str] = desk.client.images.get(name).attrs["RepoDigests"]
    except ImageNotFound:
        return None
    return names


CHECKS: dict[str, Check] = {"latest-is-the-same-image": latest_is_the_same_image}
