"""What is explained, what is not, and that nothing that comes in does any harm."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
import requests
from docker.errors import APIError, BuildError, ContainerError, DockerException
from docker.models.containers import Container
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import TutorialError
from workbench.explain import Explanation, explain
from workbench.explain.cause import Cause, fill, says
from workbench.explain.causes import CAUSES, STAGES
from workbench.explain.evidence import Evidence, gather
from workbench.explain.proof import Case, Proof, run
from workbench.streams import StreamError

from .polling import wait_until

SILENT = sorted((Path(__file__).parent / "silence").glob("*.txt"))
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


def test_there_are_many_causes_and_each_key_is_one_anchor() -> None:
    assert len(CAUSES) >= 36
    assert list(STAGES) == ["machine", "building", "running", "sharing"]
    assert len(BY_KEY) == len(CAUSES)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", cause.key) for cause in CAUSES)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_an_entry_says_all_there_is_to_say(cause: Cause) -> None:
    for text in (cause.title, cause.example, cause.cause, cause.probe, cause.fix):
        assert text.strip() == text != ""
    assert cause.cause.endswith(".")
    assert not cause.title.endswith(".")


@pytest.mark.parametrize("cause", [cause for cause in CAUSES if cause.certain], ids=lambda cause: cause.key)
def test_an_example_is_recognised_by_its_own_cause(cause: Cause) -> None:
    evidence = gather(cause.example)
    assert evidence
    if cause.seen(evidence) is None:  # it counts only in a container, or where Python raises it
        in_container = Evidence(cause.example, exit_code=_code(cause.example), container="c")
        raised = Evidence(cause.example, raised=True)
        assert cause.seen(in_container) or cause.seen(raised)
    else:
        assert key(cause.example) == cause.key


def _code(example: str) -> int | None:
    code = re.search(r"Exited \((\d+)\)", example)
    return int(code[1]) if code else None


@pytest.mark.parametrize("path", SILENT, ids=lambda path: path.stem)
def test_a_healthy_log_or_an_unrelated_error_is_not_explained(path: Path) -> None:
    assert explain(path.read_bytes()) is None


def test_there_are_many_healthy_logs_and_unrelated_errors() -> None:
    assert len(SILENT) >= 30


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
def test_the_same_words_are_recognised_in_whatever_form_they_come(text: object) -> None:
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


def test_the_last_thing_that_went_wrong_is_the_one_that_counts() -> None:
    first, second = BY_KEY["requirements-missing"].example, BY_KEY["werkzeug-3"].example
    assert key(f"{first}\n{second}\n") == "werkzeug-3"
    assert key(f"{second}\n{first}\n") == "requirements-missing"


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


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_no_recogniser_takes_long_over_what_looks_like_its_example(cause: Cause) -> None:
    for part in (cause.example, cause.example[: len(cause.example) // 2], cause.example[len(cause.example) // 2 :]):
        evidence = gather(part * (200_000 // len(part)))
        assert evidence
        started = time.process_time()
        cause.seen(evidence)
        assert time.process_time() - started < 3


@given(st.text() | st.binary())
def test_no_text_raises(what: str | bytes) -> None:
    assert explain(what) is None


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from([*(cause.example for cause in CAUSES if cause.certain), "\n", "\x1b[1m", "Ü", " "])),
    st.data(),
)
def test_no_heap_of_errors_raises(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cut = data.draw(st.integers(0, len(text)))
    for cause in CAUSES:
        for evidence in (
            Evidence(text[cut:]),
            Evidence(text[cut:], 137, "c", "i", "f"),
            Evidence(text[:cut], raised=True),
        ):
            match = cause.seen(evidence)
            if match:
                assert match.at >= -1
                assert all(isinstance(value, str) for value in match.names.values())


def test_without_an_engine_the_probe_says_so_and_the_rest_stands() -> None:
    explanation = explain(BY_KEY["name-in-use"].example)
    assert explanation
    assert explanation.proof.holds is None
    assert "No Docker Engine answers" in explanation.proof.found
    assert explanation.fix == "docker rm -f degrees"


def explained(**changes: Any) -> Explanation:
    fields: dict[str, Any] = {
        "key": "a-key",
        "title": "A title",
        "example": "x",
        "seen": says("x"),
        "cause": "Because of <file>.",
        "probe": "`ls <file>`",
        "fix": "cat <file> <other>",
        "prove": lambda _case: Proof(True, "it is so."),
    }
    return Explanation(Cause(**{**fields, **changes}), {"file": "a.txt"}, Proof(True, "it is so."))


def test_an_explanation_reads_from_top_to_bottom() -> None:
    assert str(explained(advice="Or not.")) == (
        "Explained: A title\n"
        "Cause: Because of a.txt.\n"
        "Probe: `ls a.txt`\n"
        "That is it: it is so.\n"
        "Fix: cat a.txt OTHER\n"
        "Or not.\n"
        'More: troubleshooting.html#a-key, the page "When something fails" of the book'
    )


def test_a_fix_of_two_lines_stands_on_lines_of_its_own() -> None:
    assert "\nFix:\n    one\n    two\n" in str(explained(fix="one\ntwo"))


@pytest.mark.parametrize("name", ["$(reboot)", "a; rm -rf /", "a b", "`x`", "'", '"', "a\nb", "", "|", "&", "*", "~"])
def test_what_a_text_names_goes_into_a_fix_only_where_a_shell_takes_it_as_it_is(name: str) -> None:
    explanation = Explanation(explained().cause, {"file": name}, Proof(None, ""))
    assert explanation.fix == "cat FILE OTHER"


def test_what_a_probe_names_goes_into_the_fix() -> None:
    explanation = Explanation(explained().cause, {"file": "text"}, Proof(True, "", {"file": "probe", "other": "'a b'"}))
    assert explanation.fix == "cat probe 'a b'"


def test_a_blank_without_a_name_is_a_word_in_capitals() -> None:
    assert fill("<a> <right_name> <A> <b c> $USER", {"a": "1"}) == "1 RIGHT-NAME <A> <b c> $USER"


@pytest.mark.parametrize("text", ["\x1b[31m\x00evil\u202e", "x" * 1000])
def test_names_are_safe_to_look_at(text: str) -> None:
    explanation = explain(f"unknown instruction: {text}\n")
    assert explanation
    word = explanation.names.get("word", "")
    assert word.isprintable()
    assert len(word) <= 200


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_every_probe_copes_with_a_case_of_which_nothing_is_known(cause: Cause) -> None:
    names = {name: "1" for text in (cause.cause, cause.fix, cause.probe) for name in BLANKS.findall(text)}
    for known in ({}, names):
        assert isinstance(run(cause.prove, Case(Evidence(), known)), Proof)


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


def test_what_hangs_keeps_nobody_waiting_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX) as listener:  # takes connections, and never says a word
        listener.bind(str(tmp_path / "silent.sock"))
        listener.listen(64)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/silent.sock")
        for module in ("workbench.explain", "workbench.explain.proof"):
            monkeypatch.setattr(f"{module}.PATIENCE", 0.5)
        started = time.monotonic()
        assert key(Evidence(exit_code=137, container="web")) == "killed"
        assert time.monotonic() - started < 5
        wait_until(lambda: "probe" not in [thread.name for thread in threading.enumerate()])
