"""In which forms a failure may come, and what is none."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
import requests
from docker.errors import APIError, BuildError, ContainerError, DockerException
from docker.models.containers import Container

from workbench.engine.events import StreamError
from workbench.errors import TutorialError
from workbench.explain import explain
from workbench.explain.causes import CAUSES
from workbench.explain.evidence import Evidence, gather

SILENT = sorted((Path(__file__).parents[2] / "data/no_cause_logs").glob("*.txt"))
BY_KEY = {cause.key: cause for cause in CAUSES}
MISSING = BY_KEY["copy-missing"].example
BLANKS = re.compile(r"<([a-z_]+)>")


@pytest.fixture(autouse=True)
def fixture_no_engine(no_engine: None) -> None:
    """Explain without an engine."""


@pytest.fixture(name="_late", autouse=True, scope="module")
def fixture_late(late_sockets: None) -> None:
    """Let docker-py leave sockets behind."""


pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def key(what: object) -> str | None:
    explanation = explain(what)
    return explanation.cause.key if explanation else None


def events(*events: Any) -> Iterator[Any]:
    return iter(events)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(MISSING),
        TutorialError(MISSING, "Do this."),
        OSError(28, "No space left on device"),
        PermissionError(13, "Permission denied", "Dockerfile"),
        KeyboardInterrupt(),
        DockerException(),
        APIError(""),
        BuildError("", iter([])),
        StreamError("", ""),
        ImportError(),
        ImportError("cannot import name 'x' from 'y'"),
        requests.ConnectionError(),
        requests.ReadTimeout("HTTPConnectionPool(host='example.com', port=80): Read timed out."),
        ConnectionRefusedError(111, "Connection refused"),
    ],
    ids=repr,
)
def test_an_exception_with_another_cause_or_without_a_message_is_not_explained(error: BaseException) -> None:
    assert explain(error) is None


@pytest.mark.parametrize("what", [None, 3, [], object(), {"text": MISSING}, "", b"", "\0", b"\xff\xfe", b"\xff" * 99])
def test_what_is_nothing_to_explain_is_not_explained(what: object) -> None:
    assert explain(what) is None


@pytest.mark.parametrize(
    "text",
    [
        MISSING,
        MISSING.encode(),
        bytearray(MISSING.encode()),
        MISSING.encode("utf-16"),
        f"\x1b[91m{MISSING}\x1b[0m\r\n",
        f"\x1b]0;title\x07\0{MISSING}",
        b"\xff\xfe\xfd"[1:] + MISSING.encode() + b"\x80",
        "progress 1%\rprogress 100%\r" + MISSING,
        BuildError(MISSING, events({"stream": "Step 1/2 : FROM x\n"}, {"aux": {}}, "odd", {"stream": None})),
        BuildError("failed", events({"stream": f"\x1b[91m{MISSING}\n"})),
        StreamError(MISSING, "Step 1/2"),
        APIError("400", explanation=MISSING),
        DockerException(MISSING),
    ],
    ids=lambda text: f"{type(text).__name__}-{str(text)[:12]!a}",
)
def test_the_same_words_are_recognized_in_whatever_form_they_come(text: object) -> None:
    assert key(text) == "copy-missing"


def test_what_an_exception_was_raised_from_is_read_too() -> None:
    error = DockerException("odd")
    error.__cause__ = DockerException(MISSING)
    assert key(error) == "copy-missing"
    error.__cause__.__cause__ = error  # a circle
    assert key(error) == "copy-missing"


def test_the_log_of_a_build_can_still_be_read_afterwards() -> None:
    error = BuildError(MISSING, events({"stream": "Step 1/2"}))
    assert key(error) == key(error) == "copy-missing"
    assert list(error.build_log) == [{"stream": "Step 1/2"}]


@pytest.mark.parametrize(
    "filler", ["x", "\n", "sh: 1: ", 'Get "https://', "[", "a/", "\x1b[0m", "ERROR: ", "' ", "\\r", "="]
)
@pytest.mark.parametrize("binary", [False, True])
def test_ten_megabytes_take_little_time_and_their_ends_are_read(filler: str, binary: bool) -> None:
    text = filler * (10_000_000 // len(filler))
    started = time.process_time()
    assert explain(text.encode() if binary else text) is None
    assert key(f"{text}\n{MISSING}") == "copy-missing"
    assert key(f"{MISSING}\n{text}") == "copy-missing"
    assert time.process_time() - started < 20


class Broken(Container):
    """A container whose engine is gone."""

    def reload(self) -> None:  # noqa: D102
        raise DockerException("Error while fetching server API version: gone")


def test_a_container_whose_engine_is_gone_is_explained_by_that() -> None:
    assert key(Broken()) == "engine-not-running"


def test_a_container_that_is_gone_leaves_its_exit_code_and_its_last_words() -> None:
    client = docker.DockerClient(base_url="unix:///nowhere", version="1.41")
    log: Any = b"sh: 1: pythn: not found\n"
    error = ContainerError(client.containers.prepare_model({"Id": "0" * 64}), 127, "x", "image", log)
    said = "sh: 1: pythn: not found\n\nContainerError: exit status 127"
    assert gather(error) == Evidence(said, 127, "0" * 64, "image", raised=True)
    assert key(error) == "command-not-found"


# What engines and tools of other versions say, from their sources and from public issues.
WORDINGS = {
    "failed to connect to the docker API at unix:///var/run/docker.sock; check the path": "engine-not-running",
    "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock": "socket-permission",
    "failed to bind host port 127.0.0.1:5000/tcp: address already in use": "port-of-a-program",
    "failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use": "port-of-a-program",
    "#5 0.298 /bin/sh: 1: pythn: not found\n": "command-not-found",
    "web-1  | sh: 1: [python: not found\n": "command-is-a-line",
    "#8 0.9 ERROR: Could not open requirements file: [Errno 2] No such file: 'a.txt'": "requirements-missing",
    'failed to calculate checksum of ref 5vv::k3l: "/degrees.py": not found': "copy-missing",
    "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)": "unknown-instruction",
    "failed to read dockerfile: open Dockerfile: no such file or directory": "no-dockerfile",
    'failed to resolve reference "docker.io/library/python:9": docker.io/library/python:9: not found': "tag-unknown",
    "failed to resolve source metadata for docker.io/library/a:9: docker.io/library/a:9: not found": "tag-unknown",
    "pull access denied, repository does not exist or may require authorization: server message: x": "pull-denied",
    "push access denied, repository does not exist or may require authorization: server message: x": "push-denied",
    'Get "https://r/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority': (
        "registry-certificate"
    ),
    'error during connect: cannot remove container "/web": container is running': "container-still-running",
    "./start.sh: /bin/sh^M: bad interpreter: No such file or directory": "windows-line-ends",
    "/usr/bin/env: \u2018python3\\r\u2019: No such file or directory": "windows-line-ends",
}


@pytest.mark.parametrize(("text", "expected"), WORDINGS.items(), ids=str)
def test_other_versions_word_it_differently(text: str, expected: str) -> None:
    assert key(text) == expected
