"""What is explained, what is not, and that nothing that comes in does any harm."""

from __future__ import annotations

import re
import socket
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.waiting import wait_until
from workbench.explain import explain
from workbench.explain.cause import LAST_RESORT, Cause
from workbench.explain.causes import CAUSES, STAGES
from workbench.explain.evidence import Evidence, gather
from workbench.explain.proof import Case, Proof, run

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
    assert len(SILENT) >= 60


def test_the_last_thing_that_went_wrong_is_the_one_that_counts() -> None:
    first, second = BY_KEY["requirements-missing"].example, BY_KEY["werkzeug-3"].example
    assert key(f"{first}\n{second}\n") == "werkzeug-3"
    assert key(f"{second}\n{first}\n") == "requirements-missing"


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
                assert match.at >= LAST_RESORT
                assert all(isinstance(value, str) for value in match.names.values())


def test_without_an_engine_the_probe_says_so_and_the_rest_stands() -> None:
    explanation = explain(BY_KEY["name-in-use"].example)
    assert explanation
    assert explanation.proof.confirmed is None
    assert "No Docker Engine answers" in explanation.proof.found
    assert explanation.fix == "docker rename degrees degrees-old"


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_every_probe_copes_with_a_case_of_which_nothing_is_known(cause: Cause) -> None:
    names = {name: "1" for text in (cause.cause, cause.fix, cause.probe) for name in BLANKS.findall(text)}
    for known in ({}, names):
        assert isinstance(run(cause.prove, Case(Evidence(), known)), Proof)


def test_what_hangs_keeps_nobody_waiting_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX) as listener:  # takes connections, and never says a word
        listener.bind(str(tmp_path / "silent.sock"))
        listener.listen(64)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/silent.sock")
        for module in ("workbench.explain", "workbench.explain.proof"):
            monkeypatch.setattr(f"{module}.PROBE_TIMEOUT", 0.5)
        assert key(Evidence(exit_code=137, container="web")) == "killed"
        wait_until(lambda: "probe" not in [thread.name for thread in threading.enumerate()])
