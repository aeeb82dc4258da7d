"""Streams that a real engine sent once, in their order and in any other; ``streams/record.py`` recorded them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from http.client import IncompleteRead
from pathlib import Path

import pytest
import requests
from docker.errors import APIError, StreamParseError
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from workbench.errors import TutorialError
from workbench.streams import Event, Layer, Progress, Reader, Step, StreamError

STREAMS: dict[str, list[Event]] = {
    path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("streams/*.json"))
}
FAILING = {"build_failing", "push_denied"}
GOOD = sorted(set(STREAMS) - FAILING)
HARMLESS = [event for events in STREAMS.values() for event in events if "error" not in event]
# The event with which the engine says that all is done: what comes after it is a repetition.
LAST_WORDS = {"build": "aux", "pull": "Status: ", "push": "digest: sha256:"}


def follow(events: list[Event]) -> list[Progress]:
    """Read a stream to its end and say after each event where it is."""
    reader = Reader()
    return [reader.progress() for _event in reader.read(events)]


def unfinished(events: list[Event]) -> list[Progress]:
    """Do the same with events that may stop anywhere."""
    told: list[Progress] = []
    with suppress(StreamError):
        reader = Reader()
        told.extend(reader.progress() for _event in reader.read(events))
    return told


def positions(told: list[Progress]) -> list[tuple[int, int]]:
    """List where the bar stands, each position once."""
    return list(dict.fromkeys((progress.done, progress.total) for progress in told))


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


@pytest.mark.parametrize("name", ["pull", "pull_some_layers_here", "push"])
def test_bytes_only_grow_and_end_with_all_of_them(name: str) -> None:
    told = positions(follow(STREAMS[name]))
    done = [done for done, _total in told]
    (nothing, *_), *_, (last, total) = told
    assert done == sorted(done)
    assert nothing == 0
    assert last == total >= 3_000_000


def test_layers_that_are_here_are_no_bytes_to_wait_for() -> None:
    for name in ("pull_again", "push_again", "push_mounted"):
        assert positions(follow(STREAMS[name])) == [(0, 0)]
    here, new = follow(STREAMS["pull_some_layers_here"])[-1].layers
    assert (here.here, here.status, here.total) == (True, "Already exists", 0)
    assert (new.here, new.status) == (False, "Pull complete")
    assert new.done == new.total < 6_000_000


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


def moving(name: str, current: int, total: int) -> Event:
    return {"id": name, "status": "Downloading", "progressDetail": {"current": current, "total": total}}


def test_rate_and_time_left_are_those_of_the_bytes() -> None:
    times = iter([0.0, 1.0, 2.0, 3.0, 3.1])
    reader = Reader(clock=lambda: next(times))
    events = [moving("a", 100, 1000), moving("a", 300, 1000), moving("b", 0, 500), moving("a", 700, 1000)]
    told = [reader.progress() for _event, _ in zip(reader.read([*events, moving("b", 9, 500)]), events)]
    assert [[layer.rate for layer in progress.layers] for progress in told] == [[0], [200], [200, 0], [200, 0]]
    assert told[-1].rate == 200


def test_a_download_that_starts_again_has_the_rate_of_the_new_one() -> None:
    times = iter([0.0, 1.0, 2.0, 3.0, 4.0])
    reader = Reader(clock=lambda: next(times))
    retrying: Event = {"id": "a", "status": "Retrying in 1 second", "progressDetail": {}}
    events = [moving("a", 0, 1000), moving("a", 900, 1000), retrying, moving("a", 10, 1000), moving("a", 60, 1000)]
    told = [reader.progress().layers[0] for _event, _ in zip(reader.read([*events, {}]), events)]
    assert [(layer.done, layer.rate) for layer in told] == [(0, 0), (900, 900), (900, 900), (10, 0), (60, 50)]


def test_a_layer_of_unknown_size_has_no_total_until_it_is_there() -> None:
    events = [moving("a", 5, -1), moving("b", 1, 4), {"id": "a", "status": "Download complete"}]
    told = unfinished(events)
    assert told[0].layers == (Layer("a", "Downloading", 5, 0),)
    assert positions(told) == [(0, 0), (1, 4), (6, 9)]


def test_seconds_of_unpacking_are_no_bytes() -> None:
    # Engine 29, with containerd's image store.
    extracting = {"id": "a", "status": "Extracting", "progressDetail": {"current": 3, "units": "s"}}
    assert positions(unfinished([moving("a", 9, 9), extracting])) == [(9, 9)]


@given(st.lists(st.sampled_from(HARMLESS), max_size=60))
def test_no_order_and_no_repetition_upsets_the_reader(events: list[Event]) -> None:
    for progress in unfinished(events):
        assert 0 <= progress.done <= progress.total
        assert [step.number for step in progress.steps] == list(range(1, len(progress.steps) + 1))


@given(st.sampled_from(GOOD), st.data())
def test_an_event_that_comes_twice_in_a_row_changes_nothing(name: str, data: st.DataObject) -> None:
    events = STREAMS[name]
    counts = data.draw(st.lists(st.integers(1, 3), min_size=len(events), max_size=len(events)))
    repeated = [event for event, count in zip(events, counts) for _ in range(count)]
    once, often = follow(events)[-1], follow(repeated)[-1]
    assert (once.layers, once.steps, once.finished) == (often.layers, often.steps, often.finished)


@given(st.permutations(range(3)), st.data())
def test_layers_may_move_in_any_order_beside_each_other(order: list[int], data: st.DataObject) -> None:
    queues = [
        [{**event, "id": f"layer {n}"} for event in STREAMS["pull"][1:-2]] for n in order
    ]  # each layer's own events stay in their order
    mixed: list[Event] = []
    while left := [queue for queue in queues if queue]:
        mixed.append(data.draw(st.sampled_from(left)).pop(0))
    told = follow([STREAMS["pull"][0], *mixed, *STREAMS["pull"][-2:]])
    assert {(layer.done, layer.status) for layer in told[-1].layers} == {(told[-1].total // 3, "Pull complete")}
    assert told[-1].done == told[-1].total
    done = [progress.done for progress in told]
    assert done == sorted(done)


# Older engines say -1 where a registry does not say how long a layer is.
@example([{"id": "a", "status": "Downloading", "progressDetail": {"current": 1, "total": -1}}])
@example([{"id": "a", "status": "Downloading", "progressDetail": {"current": None, "total": None}}])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "status": st.sampled_from(
                    ["Downloading", "Pushing", "Pushed", "Extracting", "Already exists", "Mounted from x", "Waiting"]
                ),
            },
            optional={
                "id": st.sampled_from("ab"),
                "progressDetail": st.none()
                | st.fixed_dictionaries(
                    {}, optional={"current": st.integers(-1), "total": st.integers(-1), "units": st.just("s")}
                ),
            },
        )
    )
)
def test_no_number_of_bytes_upsets_the_reader(events: list[Event]) -> None:
    for progress in unfinished(events):
        assert 0 <= progress.done <= progress.total
        for layer in progress.layers:
            assert layer.done >= 0
            assert layer.done <= layer.total or not layer.total
            assert layer.rate >= 0
