"""Streams that a real engine sent once, in their order and in any other; ``streams/record.py`` recorded them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.errors import TutorialError
from workbench.streams import Event, Progress, StreamError, follow

STREAMS: dict[str, list[Event]] = {
    path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("streams/*.json"))
}
FAILING = {"build_failing", "push_denied"}
HARMLESS = [event for events in STREAMS.values() for event in events if "error" not in event]


def positions(events: list[Event]) -> list[tuple[int, int]]:
    """List where the bar stands, each position once."""
    return list(dict.fromkeys((progress.done, progress.total) for progress in follow(events)))


def test_all_streams_are_here() -> None:
    assert set(STREAMS) == FAILING | {"build", "pull", "pull_again", "pull_some_layers_here", "push", "push_again"}


@pytest.mark.parametrize("name", sorted(set(STREAMS) - FAILING))
def test_every_event_is_told_once(name: str) -> None:
    assert len(list(follow(STREAMS[name]))) == len(STREAMS[name])


@pytest.mark.parametrize("name", ["pull", "pull_some_layers_here", "push"])
def test_bytes_only_grow_and_end_with_all_of_them(name: str) -> None:
    done = [done for done, _total in positions(STREAMS[name])]
    (nothing, *_), *_, (last, total) = positions(STREAMS[name])
    assert done == sorted(done)
    assert nothing == 0
    assert last == total >= 3_000_000


def test_layers_that_are_here_are_no_bytes_to_wait_for() -> None:
    assert positions(STREAMS["pull_again"]) == [(0, 0)]
    assert positions(STREAMS["push_again"]) == [(0, 0)]
    assert positions(STREAMS["pull_some_layers_here"])[-1][1] < 6_000_000


def test_a_build_counts_its_steps_when_they_are_done() -> None:
    assert positions(STREAMS["build"]) == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_a_build_prints_is_no_news_of_the_build() -> None:
    [progress] = [p for p in follow(STREAMS["build"]) if p.log == "Successfully built a-wheel, says pip\n"]
    assert progress == Progress(2, 4, "Successfully built a-wheel, says pip", "Successfully built a-wheel, says pip\n")


def test_a_build_that_claims_impossible_steps_is_not_believed() -> None:
    events = [{"stream": f"Step {step} : says a program\n"} for step in ("1/2", "9/3", "0/2", "3/0")]
    assert positions(events) == [(0, 2)]


def test_a_builds_own_output_is_its_log() -> None:
    log = "".join(progress.log for progress in follow(STREAMS["build"]))
    assert log.startswith("Step 1/4 : FROM python:3.8.10\n ---> ")
    assert log.endswith("Successfully tagged recorded:build\n")
    assert "\nout\n" in log


def test_the_status_of_a_pull_is_the_engines() -> None:
    statuses = [progress.status for progress in follow(STREAMS["pull"])]
    assert statuses[0] == "Pulling from small"
    assert "Downloading" in statuses
    assert statuses[-1].startswith("Status: Downloaded newer image for ")


def test_a_failing_build_is_an_error_that_carries_the_log() -> None:
    with pytest.raises(StreamError) as failure:
        list(follow(STREAMS["build_failing"]))
    assert failure.value.what.endswith("returned a non-zero code: 3")
    assert failure.value.log.startswith("Step 1/3 : FROM python:3.8.10\n")
    assert "it begins\n" in failure.value.log
    assert "no such package" in str(failure.value)
    assert isinstance(failure.value, TutorialError)


def test_a_denied_push_is_an_error_that_carries_the_log() -> None:
    with pytest.raises(StreamError) as failure:
        list(follow(STREAMS["push_denied"]))
    assert failure.value.what == "no basic auth credentials"
    assert "The push refers to repository [127.0.0.1:5002/recorded]" in failure.value.log
    assert "Preparing" in failure.value.log


def test_a_long_log_is_cut_in_the_message_and_whole_in_the_error() -> None:
    events = [{"stream": f"line {n}\n"} for n in range(10_000)] + [{"error": "no"}]
    with pytest.raises(StreamError) as failure:
        list(follow(events))
    assert len(str(failure.value)) < 2200
    assert str(failure.value).endswith("line 9999")
    assert "line 0\n" in failure.value.log


def test_what_came_before_an_error_is_told() -> None:
    told = follow(STREAMS["push_denied"])
    assert next(told).status == "The push refers to repository [127.0.0.1:5002/recorded]"
    assert next(told).status == "Preparing"
    with pytest.raises(StreamError):
        next(told)


@given(st.lists(st.sampled_from(HARMLESS), max_size=60))
def test_no_order_and_no_repetition_upsets_the_bar(events: list[Event]) -> None:
    for progress in follow(events):
        assert 0 <= progress.done <= progress.total


# Older engines say -1 where a registry does not say how long a layer is.
@example([{"id": "a", "status": "Downloading", "progressDetail": {"current": 1, "total": -1}}])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.sampled_from("ab"),
                "status": st.sampled_from(["Downloading", "Pushing", "Pushed", "Extracting"]),
            },
            optional={
                "progressDetail": st.none()
                | st.fixed_dictionaries({}, optional={"current": st.integers(0), "total": st.integers(-1)})
            },
        )
    )
)
def test_no_number_of_bytes_upsets_the_bar(events: list[Event]) -> None:
    for progress in follow(events):
        assert 0 <= progress.done <= progress.total
