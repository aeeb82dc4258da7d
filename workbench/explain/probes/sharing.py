"""Probes of a registry and of what was pushed to it."""

from __future__ import annotations

import difflib
import re

import requests
from docker.auth import load_config, resolve_repository_name

from workbench.engine import ports
from workbench.explain.proof import Case, Proof

TIMEOUT = 4  # seconds
LOCAL = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+)(?::|$)")


def no_login(case: Case) -> Proof:
    """See whether a login is stored for the registry that the name leads to."""
    name = case.names.get("repository") and f"{case.name('registry')}/{case.name('repository')}"
    registry, _ = resolve_repository_name(name or case.name("image"))
    stored = load_config().resolve_authconfig(registry)
    if not stored:
        return Proof(True, f"no login is stored for {registry}.", {"registry": registry})
    found = f"a login is stored for {registry}; whether it may push there, only the registry knows."
    return Proof(None, found, {"registry": registry})


def refuses_login(case: Case) -> Proof:
    """Ask the registry without a login."""
    answer = requests.get(case.name("url"), timeout=TIMEOUT)
    wants = answer.status_code == requests.codes.unauthorized
    return Proof(wants, f"the registry answers {answer.status_code} to who has no login.")


def no_image(case: Case) -> Proof:
    """Look for the image on the engine, and for one of nearly that name."""
    wanted = case.name("image")
    names = [name for image in case.client.api.images() for name in image.get("RepoTags") or [] if "<none>" not in name]
    if wanted in names or f"{wanted}:latest" in names:
        return Proof(False, f"the engine has an image {wanted}.")
    nearest = difflib.get_close_matches(wanted, names, n=1, cutoff=0.4)
    if not nearest:
        return Proof(True, f"the engine has no image {wanted}, nor one of nearly that name.")
    # Where the engine knows no tag of the name, its message leaves the tag out.
    tag = "" if ":" in wanted.rpartition("/")[2] else ":" + nearest[0].rpartition(":")[2]
    found = f"the engine has no image {wanted}; the nearest name is {nearest[0]}."
    return Proof(True, found, {"right_name": nearest[0], "image": wanted + tag})


def tags(case: Case) -> Proof:
    """Ask a registry on this machine which tags there are, with the login that is stored for it."""
    address, _, repository = case.name("repository").partition("/")
    if not LOCAL.match(address):
        return Proof(None, "only the registry's owner could list what it has.")
    login = load_config().resolve_authconfig(address) or {}
    answer = ports.http_get(
        f"http://{address}/v2/{repository}/tags/list",
        auth=(login["username"], login["password"]) if "password" in login else None,  # some logins are a token
        timeout=TIMEOUT,
    )
    if not answer.ok:
        return Proof(None, f"the registry answers {answer.status_code} when it is asked for the tags.")
    there = sorted(answer.json().get("tags") or [])
    found = f"the registry has these tags of it: {', '.join(there) or 'none'}."
    return Proof(case.name("tag") not in there, found, {"right_name": there[-1]} if there else {})


def platform(case: Case) -> Proof:
    """Compare the platform that was asked for with the engine's own."""
    version = case.client.version()
    mine, asked = f"{version['Os']}/{version['Arch']}", case.name("platform")
    # Most images are made for amd64 first.
    other = "linux/amd64" if asked.startswith(mine) else mine
    return Proof(True, f"the engine runs on {mine}; {asked} was asked for.", {"other_platform": other})
