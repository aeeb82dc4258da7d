"""Streams that a real engine sent once, in their order and in any other; ``streams/record.py`` recorded them."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import IncompleteRead

import pytest
import requests
from docker.errors import APIError, StreamParseError
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from tests.support.streams import FAILING, GOOD, STREAMS, follow, positions, unfinished
from workbench.engine.events import Event, Reader, Step, StreamError
from workbench.errors import TutorialError

# The event with which the engine says that all is done: what comes after it is a repetition.
LAST_WORDS = {"build": "aux", "pull": "Status: ", "push": "digest: sha256:"}


def test_all_streams_are_here() -> None:
    assert set(STREAMS) == FAILING | {
        "build",
        "build_cached",
        "pull",
        "pull_again",
        "pull_some_layers_here",
        "push",
        "push_again",
        "push_mounted",
    }


@pytest.mark.parametrize("name", GOOD)
def test_a_good_stream_is_read_to_its_end(name: str) -> None:
    told = follow(STREAMS[name])
    assert len(told) == len(STREAMS[name])
    assert told[-1].finished
    assert not told[0].finished
    assert all(layer.complete for layer in told[-1].layers)


@pytest.mark.parametrize("name", ["push_again", "push_mounted"])
def test_a_layer_that_a_registry_has_is_not_sent(name: str) -> None:
    [layer] = follow(STREAMS[name])[-1].layers
    assert layer.here
    assert layer.complete


def test_a_build_counts_its_steps_when_they_are_done() -> None:
    assert positions(follow(STREAMS["build"])) == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_steps_say_which_came_from_the_cache() -> None:
    assert [step.cached for step in follow(STREAMS["build_cached"])[-1].steps] == [False, True, True, True]
    first, *_ = steps = follow(STREAMS["build"])[-1].steps
    assert first == Step(1, 4, "FROM python:3.8.10")
    assert not any(step.cached for step in steps)


def test_a_program_that_speaks_like_the_engine_is_not_believed() -> None:
    said = [
        "Step 1/2 : RUN a program",
        "\n",
        "hello\n",
        " ---> Using cache\n",
        "Step 9/3 : it says\n",
        "Step 0/2 : x\n",
    ]
    said += ["Step 2/3 : it says\n", "Step 1/2 : it says\n", "Step 3/0 : it says\n", "Successfully built a-wheel\n"]
    last = unfinished([{"stream": text} for text in said])[-1]
    assert last.steps == (Step(1, 2, "RUN a program"),)
    assert not last.finished


def test_the_output_is_that_of_the_latest_step() -> None:
    outputs = [progress.output for progress in follow(STREAMS["build"])]
    [at] = [n for n, event in enumerate(STREAMS["build"]) if event.get("stream", "").startswith("Step 3/4")]
    assert {"out", "err"} <= set(outputs[at - 1].splitlines())
    assert outputs[at] == ""


def test_the_status_of_a_pull_is_the_engines() -> None:
    statuses = [progress.status for progress in follow(STREAMS["pull"])]
    assert statuses[0] == "Pulling from small"
    assert "Downloading" in statuses
    assert statuses[-1].startswith("Status: Downloaded newer image for ")


def test_a_failing_build_is_an_error_that_carries_the_log() -> None:
    with pytest.raises(StreamError) as failure:
        follow(STREAMS["build_failing"])
    assert failure.value.what.endswith("returned a non-zero code: 3")
    assert failure.value.log.startswith("Step 1/3 : FROM python:3.8.10\n")
    assert {"it begins", "no such package"} <= set(failure.value.log.splitlines())
    assert "no such package" in str(failure.value)
    assert isinstance(failure.value, TutorialError)


def test_a_denied_push_is_an_error_that_carries_the_log() -> None:
    with pytest.raises(StreamError) as failure:
        follow(STREAMS["push_denied"])
    assert failure.value.what == "no basic auth credentials"
    assert "The push refers to repository [127.0.0.1:5002/recorded]" in failure.value.log
    assert "Preparing" in failure.value.log


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"error": "no\n"}, "no"),
        ({"errorDetail": {"message": "\x1b[31mdenied\x1b[0m"}}, "denied"),
        ({"errorDetail": {}, "error": ""}, "It gave no reason."),
        ({"errorDetail": None}, "It gave no reason."),
    ],
)
def test_an_error_is_one_in_every_form(event: Event, reason: str) -> None:
    with pytest.raises(StreamError) as failure:
        follow([*STREAMS["pull"], event])
    assert failure.value.what == reason


def test_a_long_log_is_cut_in_the_message_and_nearly_whole_in_the_error() -> None:
    with pytest.raises(StreamError) as failure:
        follow([{"stream": f"line {n}\n"} for n in range(10_000)] + [{"error": "no"}])
    assert len(str(failure.value)) < 2200
    assert str(failure.value).endswith("line 9999")
    assert "line 0\n" in failure.value.log


def test_a_flood_of_output_is_kept_within_bounds() -> None:
    with pytest.raises(StreamError) as failure:
        follow([{"stream": "x" * 1_000_000 + "\n"}] * 20 + [{"error": "no"}])
    assert len(failure.value.log) <= 1_000_000


def last_word(name: str) -> int:
    """Find the event with which a recorded stream says that it is done."""
    words = LAST_WORDS[name.partition("_")[0]]
    return next(n for n, event in enumerate(STREAMS[name]) if words in {*event} or words in event.get("status", ""))


@pytest.mark.parametrize("name", GOOD)
def test_a_stream_that_stops_half_way_is_an_error(name: str) -> None:
    for length in range(last_word(name) + 1):
        with pytest.raises(StreamError, match="ended before the engine said"):
            follow(STREAMS[name][:length])
    follow(STREAMS[name][: last_word(name) + 1])


def test_the_base_that_a_build_pulls_is_not_the_end_of_the_build() -> None:
    start = [{"stream": "Step 1/4 : FROM small"}, {"stream": "\n"}]
    with pytest.raises(StreamError, match="ended before the engine said"):
        follow([*start, *STREAMS["pull"], *STREAMS["push"]])
    told = follow([*start, *STREAMS["pull"], *STREAMS["build"][2:]])
    assert positions(told) == positions(follow(STREAMS["build"]))
    assert len(told[-1].layers) == 1


@pytest.mark.parametrize(
    "cut",
    [
        requests.ConnectionError("the engine is gone\nand more"),
        ProtocolError("Connection broken: IncompleteRead(0 bytes read)", IncompleteRead(b"")),
        ReadTimeoutError(HTTPConnectionPool("engine"), "/", "timed out"),
        IncompleteRead(b""),
        StreamParseError("half an event"),
        ConnectionResetError(),
        TimeoutError(),
    ],
)
def test_a_connection_that_is_cut_is_an_error(cut: Exception) -> None:
    def broken() -> Iterator[Event]:
        yield from STREAMS["pull"][:3]
        raise cut

    with pytest.raises(StreamError, match="The connection to the engine broke off") as failure:
        list(Reader().read(broken()))
    assert "\n" not in failure.value.what
    assert "Downloading" in failure.value.log
    assert failure.value.__cause__ is cut


def test_what_the_engine_answers_instead_of_a_stream_is_told() -> None:
    def answer() -> Iterator[Event]:
        raise APIError("404", explanation="no such image: x")
        yield {}

    with pytest.raises(StreamError) as failure:
        list(Reader().read(answer()))
    assert failure.value.what == "no such image: x"


@pytest.mark.parametrize("events", [[b'{"status": "Downloading"}\r\n'], '{"status": "Downloading"}', [["x"]]])
def test_what_is_no_event_is_told_with_the_arguments_that_are_missing(events: list[Event]) -> None:
    with pytest.raises(TypeError, match="needs stream=True and decode=True"):
        follow(events)
