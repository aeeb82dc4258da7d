"""Probes of a registry and of what was pushed to it."""

from __future__ import annotations

import difflib
import re

import requests
from docker.auth import load_config, resolve_repository_name

from workbench.explain.proof import Case, Proof

TIMEOUT = 4  # seconds


def no_login(case: Case) -> Proof:
    """See whether a login is stored for the registry that the name leads to."""
    registry, _ = resolve_repository_name(case.names["image"])
    stored = load_config().resolve_authconfig(registry)
    if not stored:
        return Proof(True, f"no login is stored for {registry}.", {"registry": registry})
    found = f"a login is stored for {registry}; whether it may push there, only the registry knows."
    return Proof(None, found, {"registry": registry})


def refuses_login(case: Case) -> Proof:
    """Ask the registry without a login."""
    answer = requests.get(case.names["url"], timeout=TIMEOUT)
    wants = answer.status_code == requests.codes.unauthorized
    return Proof(wants, f"the registry answers {answer.status_code} to who has no login.")


def no_image(case: Case) -> Proof:
    """Look for the image on the engine, and for one of nearly that name."""
    wanted = case.names["image"]
    names = [name for image in case.client.api.images() for name in image.get("RepoTags") or []]
    if wanted in names or f"{wanted}:latest" in names:
        return Proof(False, f"the engine has an image {wanted}.")
    nearest = difflib.get_close_matches(wanted, [name for name in names if "<none>" not in name], n=1, cutoff=0.4)
    like = f"; the nearest name is {nearest[0]}" if nearest else ""
    return Proof(True, f"the engine has no image {wanted}{like}.", {"right_name": nearest[0]} if nearest else {})


def tags(case: Case) -> Proof:
    """Ask a registry on this machine which tags there are."""
    address, _, repository = case.names["repository"].partition("/")
    if not re.match(r"(?:localhost|127\.\d+\.\d+\.\d+)(?::|$)", address):
        return Proof(None, "only the registry's owner could list what it has.")
    answer = requests.get(f"http://{address}/v2/{repository}/tags/list", timeout=TIMEOUT)
    if answer.status_code == requests.codes.unauthorized:
        return Proof(None, "the registry tells that only to who is logged in.")
    there = answer.json().get("tags") or []
    missing = case.names["tag"] not in there
    listed = ", ".join(sorted(there)) or "none"
    return Proof(missing, f"the registry has these tags of it: {listed}.", {"right_name": max(there)} if there else {})


def platform(case: Case) -> Proof:
    """Name the engine's own platform."""
    version = case.client.version()
    return Proof(True, f"the engine runs on {version['Os']}/{version['Arch']}; {case.names['platform']} was asked for.")
