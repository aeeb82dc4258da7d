"""An output without end: what is kept of it, and what a slow reader gets."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.widgets import output as output_module
from workbench.widgets.output import INTERVAL, KEPT, PIECE, STALL, WINDOW, FlowControl, Output

CHUNKS = st.lists(st.binary(max_size=40), max_size=30)


@given(CHUNKS, st.integers(1, 50))
def test_the_latest_bytes_are_kept_at_their_places(chunks: list[bytes], kept: int) -> None:
    output = Output(kept)
    whole = b""
    for chunk in chunks:
        output.append(chunk)
        whole += chunk
        assert output.end == len(whole)
        assert output.end - output.start == min(kept, len(whole))
        for place in range(len(whole) + 1):
            start, data = output.read(place)
            assert start == max(place, output.start)
            assert data == whole[start:]


@given(CHUNKS)
def test_a_reader_that_keeps_up_gets_every_byte_once(chunks: list[bytes]) -> None:
    output = Output()
    feed = FlowControl(output)
    feed.rewind()
    got, now = b"", 100.0
    for chunk in chunks:
        output.append(chunk)
        now += INTERVAL
        while feed.due(now) == 0:
            piece, place = feed.take(now)
            got += piece
            feed.acknowledge(place, now)
        assert feed.patience(now) == 0
    assert got == b"".join(chunks)


def test_a_flood_comes_in_few_pieces() -> None:
    output = Output()
    feed = FlowControl(output)
    feed.rewind()
    pieces, now = 0, 100.0
    while now < 101:
        output.append(b"y\r\n" * 1000)
        if feed.due(now) == 0:
            piece, place = feed.take(now)
            assert len(piece) <= PIECE + 100
            feed.acknowledge(place, now)
            pieces += 1
        now += 0.001
    assert 25 <= pieces <= 31


def test_who_has_too_much_on_its_way_gets_no_more_and_is_waited_for() -> None:
    output = Output()
    feed = FlowControl(output)
    feed.rewind()
    output.append(b"x" * KEPT)
    sent, now = 0, 100.0
    while (wait := feed.due(now)) is not None:
        now += wait
        sent = feed.take(now)[1]
    assert WINDOW <= sent < WINDOW + PIECE
    assert feed.patience(now) > 0
    feed.acknowledge(sent, now)
    assert feed.due(now + 1) == 0


def test_who_is_silent_for_long_is_waited_for_no_longer() -> None:
    output = Output()
    feed = FlowControl(output)
    feed.rewind()
    output.append(b"x" * KEPT)
    for now in (100.0, 100.1, 100.2):
        if feed.due(now) == 0:
            feed.take(now)
    assert 0 < feed.patience(101.0) <= STALL
    assert feed.patience(100.0 + STALL) == 0


def test_what_was_missed_is_said_and_ends_what_the_gap_cut_in_two() -> None:
    output = Output()
    feed = FlowControl(output)
    feed.rewind()
    output.append(b"\x1b[31")
    feed.take(100.0)
    output.append(b"x" * 500_000 + b"a line\n" * 200_000)
    piece, place = feed.take(101.0)
    assert re.match(rb"\x18\x1b\[0m\r\n\[900 kB left out\]\r\na line\n", piece)
    assert place == 4 + 500_000 + 7 * 200_000 - KEPT + PIECE


def test_without_a_reader_nothing_is_due_and_nobody_waits() -> None:
    output = Output()
    feed = FlowControl(output)
    output.append(b"x" * 2 * KEPT)
    assert (feed.due(100.0), feed.patience(100.0), feed.unsent) == (None, 0.0, False)


def test_a_new_reader_begins_with_the_oldest_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output_module, "PIECE", 4)
    output = Output(8)
    feed = FlowControl(output)
    output.append(b"0123456789")
    feed.rewind()
    assert feed.take(100.0) == (b"2345", 6)
    feed.rewind()
    assert feed.take(100.0) == (b"2345", 6)
    assert feed.take(100.0) == (b"6789", 10)
    assert not feed.unsent
