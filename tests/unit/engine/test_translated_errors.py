"""What docker-py raises, in plain words."""

from __future__ import annotations

import pytest
import requests
import urllib3
from docker.errors import APIError, DockerException, NotFound

from workbench.engine.client import translated_errors
from workbench.errors import TutorialError


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NotFound("404", explanation="No such container: x"), r"^No such container: x\n"),
        (APIError("500", explanation="port is already\n allocated"), r"^port is already allocated\n"),
        (APIError("no explanation"), r"^no explanation\n"),
        (requests.ConnectionError("gone"), "No Docker Engine answers"),
        (requests.ReadTimeout("slow"), "No Docker Engine answers"),
        (urllib3.exceptions.ProtocolError("cut"), "No Docker Engine answers"),
        (ConnectionResetError("cut"), "No Docker Engine answers"),
        (DockerException("odd"), "No Docker Engine answers"),
        (PermissionError(13, "Permission denied", "Dockerfile"), "Permission denied"),
        (TypeError("You must specify a directory"), "You must specify a directory"),
    ],
)
def test_an_error_is_one_line_and_a_next_step(error: Exception, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    with pytest.raises(TutorialError, match=says) as raised, translated_errors():
        raise error
    assert "\n" not in raised.value.what
    assert raised.value.fix
    assert raised.value.__cause__ is error


def test_what_is_plain_already_stays_as_it_is() -> None:
    error = TutorialError("what", "fix")
    with pytest.raises(TutorialError) as raised, translated_errors():
        raise error
    assert raised.value is error
