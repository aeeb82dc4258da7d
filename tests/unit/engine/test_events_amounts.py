"""How far a stream is: bytes, rates and layers, in any order and with any repetition."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.streams import GOOD, STREAMS, follow, positions, unfinished
from workbench.engine.events import Event, Layer, Reader

HARMLESS = [event for events in STREAMS.values() for event in events if "error" not in event]


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
