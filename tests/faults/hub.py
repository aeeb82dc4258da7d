"""What stands before a registry and answers as Docker Hub does, where a name leads to nothing or is private."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import requests

from workbench.registry import PushTarget

PASSED_ON = ("Content-Type", "Docker-Content-Digest")


class Hub:
    """Docker Hub's door, with the images of a registry on this machine behind it.

    Parameters
    ----------
    behind : workbench.registry.PushTarget
    """

    def __init__(self, behind: PushTarget) -> None:
        self._address, self._login = behind.address, (behind.username, behind.password)

    def answer(self, request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        """Ask for a token, which anybody gets; then say the same of what is private and of what is not there."""
        if request.path.startswith("/token"):
            return 200, {"Content-Type": "application/json"}, b'{"token": "for-anybody"}'
        if "Authorization" not in request.headers:
            return 401, {"Www-Authenticate": self._challenge(request)}, b""
        there = requests.get(
            f"http://{self._address}{request.path}",
            headers={"Accept": request.headers.get("Accept", "*/*")},
            auth=self._login,
            timeout=10,
        )
        if there.status_code == requests.codes.not_found:
            return 401, {"Www-Authenticate": f'{self._challenge(request)},error="insufficient_scope"'}, b""
        return (
            there.status_code,
            {name: there.headers[name] for name in PASSED_ON if name in there.headers},
            there.content,
        )

    @staticmethod
    def _challenge(request: BaseHTTPRequestHandler) -> str:
        return f'Bearer realm="http://{request.headers["Host"]}/token",service="registry.docker.io"'
