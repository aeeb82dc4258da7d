"""Work aside: one thing at a time, and no thread that stays."""

from __future__ import annotations

import threading

import pytest

from tests.support.waiting import wait_until
from workbench.widgets import background
from workbench.widgets.background import Debouncer, SingleTask

QUIET = 2  # seconds: on a busy machine, some pass between two values that come one after the other


def test_a_double_click_is_one_action(monkeypatch: pytest.MonkeyPatch) -> None:
    once, done, go = SingleTask(), list[int](), threading.Event()

    def slow() -> None:
        done.append(1)
        go.wait(60)

    monkeypatch.setattr(background, "DOUBLE_CLICK", 60)
    assert once.run(slow)
    assert once.busy
    assert not once.run(lambda: done.append(2))
    go.set()
    wait_until(lambda: not once.busy)
    assert not once.run(lambda: done.append(3))  # the second click of a fast action
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)
    assert once.run(lambda: done.append(4))
    wait_until(lambda: done == [1, 4])


def test_another_button_right_afterwards_is_no_double_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "DOUBLE_CLICK", 60)
    once, done = SingleTask(), list[str]()
    for name in ("stop", "start", "start"):
        once.run(lambda name=name: done.append(name), name)  # type: ignore[misc]
        wait_until(lambda: not once.busy)
    assert done == ["stop", "start"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_action_that_fails_does_not_block_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)
    once, done = SingleTask(), list[int]()
    before = threading.active_count()
    once.run(lambda: done.append(1 // 0))
    # Until the thread is gone: pytest hears of its exception then, and that must be in this test.
    wait_until(lambda: not once.busy and threading.active_count() <= before)
    assert once.run(lambda: done.append(1))
    wait_until(lambda: done == [1])


def test_of_many_values_the_last_is_worked_on_and_the_thread_ends() -> None:
    done: list[str] = []
    latest = Debouncer(done.append, QUIET)
    before = threading.active_count()
    for number in range(100):
        latest.give(str(number))
    wait_until(lambda: done == ["99"] and threading.active_count() <= before)
    latest.give("again")
    wait_until(lambda: done == ["99", "again"] and threading.active_count() <= before)


def test_what_comes_while_it_works_is_done_after_it_and_never_beside_it() -> None:
    done: list[str] = []
    begun, go, beside = threading.Event(), threading.Event(), threading.Lock()

    def work(value: str) -> None:
        assert beside.acquire(blocking=False)
        begun.set()
        go.wait(60)
        done.append(value)
        beside.release()

    latest = Debouncer(work, 0)
    latest.give("first")
    begun.wait(60)
    for number in range(20):
        latest.give(str(number))
    go.set()
    wait_until(lambda: len(done) > 1 and not beside.locked())
    assert done == ["first", "19"]


def test_what_is_cancelled_is_not_done() -> None:
    done: list[str] = []
    latest, before = Debouncer(done.append, 60), threading.active_count()
    latest.give("x")
    latest.cancel()
    wait_until(lambda: threading.active_count() <= before)
    assert done == []
