"""What stands before a registry and answers as Docker Hub does to strangers and to those who have logged in."""

from __future__ import annotations

import base64
import json
from http.server import BaseHTTPRequestHandler

import requests

from workbench.provision.registries import PushTarget

PASSED_ON = ("Content-Type", "Docker-Content-Digest")
STRANGER = "Bearer for-anybody"
LIMIT = "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
TOO_MANY = json.dumps({"errors": [{"code": "TOOMANYREQUESTS", "message": LIMIT}]}).encode()


class Hub:
    """Docker Hub's door, with the images of a registry on this machine behind it.

    Parameters
    ----------
    behind : workbench.provision.registries.PushTarget
        Whose login is a login here, too.
    pulls_left : int
        For strangers.
    """

    def __init__(self, behind: PushTarget, pulls_left: int = 100) -> None:
        self._address, self._login = behind.address, (behind.username, behind.password)
        self._left = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": f"{pulls_left};w=21600"}
        self._used_up = not pulls_left

    def answer(self, request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        """Give everybody a token, and then what it is for; say the same of what is private and of what is not there."""
        who = request.headers.get("Authorization", "")
        if request.path.startswith("/token"):
            return self._token(who)
        if not who:
            return 401, {"Www-Authenticate": self._challenge(request)}, b""
        if "/manifests/" in request.path and who == STRANGER:
            if request.command == "HEAD":  # a question, which is no pull
                return 200, self._left, b""
            if self._used_up:
                return 429, {"Content-Type": "application/json", **self._left}, TOO_MANY
        return self._passed_on(request)

    def _token(self, login: str) -> tuple[int, dict[str, str], bytes]:
        mine = f"Basic {base64.b64encode(':'.join(self._login).encode()).decode()}"
        kind = "a-user" if login == mine else "anybody"
        return 200, {"Content-Type": "application/json"}, json.dumps({"token": f"for-{kind}"}).encode()

    def _passed_on(self, request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        there = requests.get(
            f"http://{self._address}{request.path}",
            headers={"Accept": request.headers.get("Accept", "*/*")},
            auth=self._login,
            timeout=10,
        )
        if there.status_code == requests.codes.not_found:
            return 401, {"Www-Authenticate": f'{self._challenge(request)},error="insufficient_scope"'}, b""
        passed = {name: there.headers[name] for name in PASSED_ON if name in there.headers}
        return there.status_code, passed, there.content

    @staticmethod
    def _challenge(request: BaseHTTPRequestHandler) -> str:
        return f'Bearer realm="http://{request.headers["Host"]}/token",service="registry.docker.io"'
