"""The logins that are set up: those of chapter 06, and those of the docker command."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from pathlib import Path
from typing import Any

import requests
from docker.utils.config import find_config_file

from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.probes.http_status import REQUEST_TIMEOUT, reason
from workbench.doctor.probing import Probe
from workbench.errors import TutorialError

HUB_LOGIN = ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN")


def login(machine: Machine) -> ProbeResult:
    """Look at both kinds of logins: the variables, and ``~/.docker/config.json``."""
    user, token = (os.environ.get(name, "") for name in HUB_LOGIN)
    fine = ProbeResult("ok", f"Docker Hub takes the login of {user}" if user else "Chapter 06 needs none but our own")
    return _variables(machine.around.hub_login, user, token) or _kept() or fine


def _variables(address: str, user: str, token: str) -> ProbeResult | None:
    if bool(user) != bool(token):
        one, other = HUB_LOGIN if user else HUB_LOGIN[::-1]
        return ProbeResult("warning", f"{one} is set and {other} is not: the local registry is used", f"unset {one}")
    if user and (refused := _refused(address, (user, token))):
        return ProbeResult(
            "problem", f"Docker Hub refuses the login of {user}: {refused}", f"unset {' '.join(HUB_LOGIN)}"
        )
    return None


def _refused(address: str, pair: tuple[str, str]) -> str:
    try:
        answer = requests.get(address, params={"service": "registry.docker.io"}, auth=pair, timeout=REQUEST_TIMEOUT)
    except requests.RequestException as error:
        raise TutorialError(f"Docker Hub can't be reached: {reason(error)}.", "") from error
    return "" if answer.ok else f"status {answer.status_code}"


def _kept() -> ProbeResult | None:
    file = find_config_file()
    if not file:
        return None
    path = Path(str(file))
    aside, then = shlex.join(["mv", str(path), f"{path}.bak"]), "You are logged out then, and on the default context."
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        helpers = {config.get("credsStore"), *config.get("credHelpers", {}).values()} - {None, ""}
        plain = [name for name, kept in config.get("auths", {}).items() if kept.get("auth")]
    except (ValueError, AttributeError) as error:
        return ProbeResult("warning", f"{path} can't be read, by the docker command neither: {error}", aside, then)
    if missing := sorted(name for name in helpers if not shutil.which(f"docker-credential-{name}")):
        found = f"{path} names the program docker-credential-{missing[0]}, which is not here: pulls and pushes fail"
        return ProbeResult("problem", found, aside, then)
    if plain:
        advice = "Safer than a password: docker login with a token, and a credential helper."
        found = f"{path} holds the password for {plain[0]} in plain text"
        return ProbeResult("warning", found, f"docker logout {plain[0]}", advice)
    return None


PROBES = (
    Probe(
        Question(
            "login", "Are the logins complete, and safe?", "A push needs one, and a broken helper stops pulls too."
        ),
        login,
    ),
)
