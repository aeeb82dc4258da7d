"""Docker Hub: where it is, and how many pulls it leaves an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import requests

REGISTRY = "https://registry-1.docker.io"
LOGIN = "https://auth.docker.io/token"  # gives out tokens, without a login too
# Docker's own repository for this question: https://docs.docker.com/docker-hub/usage/pulls/
PREVIEW = "ratelimitpreview/test"


@dataclass(frozen=True)
class PullQuota:
    """How many pulls a network address has.

    Attributes
    ----------
    left, limit : int
        Pulls.
    seconds : int
        In which they are counted.
    """

    left: int
    limit: int
    seconds: int


def pull_quota(timeout: float, registry: str, login: str) -> PullQuota | None:
    """Ask how many pulls this address has left, without pulling anything.

    Parameters
    ----------
    timeout : float
        Seconds for each of two requests.
    registry, login : str
        Where Docker Hub's registry answers, and the server that gives out its tokens: ``REGISTRY`` and ``LOGIN``.

    Returns
    -------
    PullQuota or None
        None where Docker Hub gives out no token, or names no limit for this address.

    Raises
    ------
    requests.RequestException
        Where Docker Hub can't be reached.
    """
    wanted = {"service": "registry.docker.io", "scope": f"repository:{PREVIEW}:pull"}
    token = requests.get(login, params=wanted, timeout=timeout).json().get("token")
    if not token:
        return None
    asked = {"Authorization": f"Bearer {token}"}
    return _quota(requests.head(f"{registry}/v2/{PREVIEW}/manifests/latest", headers=asked, timeout=timeout).headers)


def _quota(headers: Mapping[str, str]) -> PullQuota | None:
    if "ratelimit-remaining" not in headers:
        return None
    # As in "100;w=21600": pulls, and the seconds in which they are counted.
    left, _, seconds = headers["ratelimit-remaining"].partition(";w=")
    limit = headers["ratelimit-limit"].partition(";w=")[0]
    return PullQuota(int(left), int(limit), int(seconds))
