"""Waiting, with a clock that only moves when it is slept."""

from __future__ import annotations

import pytest

from workbench.system.waiting import PAUSE, wait_until


@pytest.fixture(name="slept", autouse=True)
def fixture_slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the pauses so far; the clock shows their sum."""
    slept: list[float] = []
    monkeypatch.setattr("workbench.system.waiting.time.monotonic", lambda: sum(slept))
    monkeypatch.setattr("workbench.system.waiting.time.sleep", slept.append)
    return slept


def test_what_is_there_is_given_at_once(slept: list[float]) -> None:
    assert wait_until(lambda: "up", 20) == "up"
    assert slept == []


def test_it_looks_until_there_is_something(slept: list[float]) -> None:
    answers = iter(["", "", "up", "too late"])
    assert wait_until(lambda: next(answers), 20) == "up"
    assert slept == [PAUSE, PAUSE]


def test_when_the_time_is_up_it_gives_the_last_answer(slept: list[float]) -> None:
    assert wait_until(lambda: None, 1) is None
    assert sum(slept) == pytest.approx(1, abs=PAUSE)


def test_without_time_it_looks_once(slept: list[float]) -> None:
    looks: list[int] = []
    assert wait_until(lambda: looks.append(1), 0) is None
    assert (looks, slept) == ([1], [])


def test_what_comes_in_the_last_pause_is_seen(slept: list[float]) -> None:
    assert wait_until(lambda: sum(slept) >= 1, 1) is True


def test_an_error_ends_the_wait() -> None:
    with pytest.raises(ZeroDivisionError):
        wait_until(lambda: 1 / 0, 20)
