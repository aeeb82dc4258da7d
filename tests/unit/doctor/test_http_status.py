"""Why a server gave no answer, in few words."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
from urllib3.exceptions import MaxRetryError

from workbench.doctor.probes import http_status


def test_a_server_that_is_not_there_has_no_status() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert http_status.status(f"http://127.0.0.1:{port}/") == 0


def test_a_proxy_of_the_environment_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0)
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        assert http_status.status("http://127.0.0.1:1/") == 0
        with pytest.raises(BlockingIOError):  # nobody has called
            proxy.accept()


def failed(cause: Exception) -> requests.RequestException:
    """Wrap a cause as requests and urllib3 do."""
    return requests.ConnectionError(MaxRetryError(None, "/v2/", cause))  # type: ignore[arg-type] # no pool is needed


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (OSError(111, "Connection refused"), "[Errno 111] Connection refused"),
        (TimeoutError(), "TimeoutError"),
        # Its own reason is a word, and no cause behind it.
        (ssl.SSLCertVerificationError(1, "[SSL] certificate verify failed"), "certificate verify failed"),
    ],
)
def test_the_innermost_cause_is_told(cause: Exception, told: str) -> None:
    assert told in http_status.reason(failed(cause))


def test_an_error_without_a_word_is_told_by_its_kind() -> None:
    assert http_status.reason(requests.Timeout()) == "Timeout"
