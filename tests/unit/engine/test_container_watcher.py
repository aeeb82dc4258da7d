"""One thread looks at a container for all panels, and ends with it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import requests
from docker.errors import APIError, NotFound

from tests.support.waiting import wait_until
from workbench.engine import container_watcher
from workbench.engine.container_status import REMOVED, UNKNOWN, ContainerStatus
from workbench.engine.container_watcher import Watcher, watcher


class Engine:
    """Stands in for docker-py's client with one container."""

    def __init__(self) -> None:
        self.api = self
        self.status, self.log = "running", b"hello\n"
        self.inspecting: Exception | None = None
        self.logging: Exception | None = None
        self.looks = 0
        self.tails: list[int] = []

    def inspect_container(self, _container: str) -> dict[str, Any]:
        """Count the looks, and answer as docker-py does."""
        self.looks += 1
        if self.inspecting:
            raise self.inspecting
        return {"Name": "/web", "State": {"Status": self.status}, "NetworkSettings": {}, "HostConfig": {}}

    def logs(self, _container: str, tail: int) -> bytes:
        """Note how much was asked for, and answer as docker-py does."""
        self.tails.append(tail)
        if self.logging:
            raise self.logging
        return self.log


def conflict() -> APIError:
    response = requests.Response()
    response.status_code = 409
    return APIError("conflict", response=response, explanation="marked for removal")


@pytest.fixture(name="engine")
def fixture_engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(container_watcher, "PAUSE", 0.01)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return Engine()


def made(engine: Any) -> Watcher:
    return Watcher(engine, "0123456789abcdef")


def watchers() -> int:
    return sum(thread.name == "watch 0123456789ab" for thread in threading.enumerate())


def test_what_changes_is_told_to_all(engine: Engine) -> None:
    watch, one, two = made(engine), list[ContainerStatus](), list[ContainerStatus]()
    watch.subscribe(one.append)
    watch.subscribe(two.append)
    engine.status = "exited"
    wait_until(lambda: one and two and one[-1].status == two[-1].status == "exited")
    assert watchers() == 1
    engine.inspecting = NotFound("gone")
    wait_until(lambda: watchers() == 0)
    assert one[-1].status == two[-1].status == REMOVED
    assert one[-1].log == "hello\n"


def test_who_has_gone_is_told_no_more_and_the_last_one_ends_it(engine: Engine) -> None:
    watch, told = made(engine), list[ContainerStatus]()
    watch.subscribe(told.append)
    wait_until(lambda: told)
    watch.unsubscribe(told.append)
    watch.unsubscribe(told.append)
    wait_until(lambda: watchers() == 0)
    before = engine.looks
    watch.poke()
    assert (watchers(), engine.looks) == (0, before)


def test_an_engine_that_is_gone_ends_it_and_a_poke_begins_anew(engine: Engine) -> None:
    watch, told = made(engine), list[ContainerStatus]()
    engine.inspecting = requests.ConnectionError("gone")
    watch.subscribe(told.append)
    wait_until(lambda: told and watchers() == 0)
    assert told[-1].status == UNKNOWN
    assert "No Docker Engine answers" in told[-1].note
    engine.inspecting = None
    watch.poke()
    wait_until(lambda: told[-1].status == "running")
    watch.unsubscribe(told.append)
    wait_until(lambda: watchers() == 0)


def test_many_pokes_make_one_thread(engine: Engine) -> None:
    watch, told = made(engine), list[ContainerStatus]()
    watch.subscribe(told.append)
    for _ in range(50):
        watch.poke()
    assert watchers() == 1
    watch.unsubscribe(told.append)
    wait_until(lambda: watchers() == 0)


@pytest.mark.parametrize("status", ["removing", "dead"])
def test_one_that_is_going_is_gone_and_its_last_log_stays(engine: Engine, status: str) -> None:
    watch = made(engine)
    watch.look()
    engine.status, engine.logging = status, AssertionError("asked for a log")
    assert (watch.look().status, watch.look().log) == (REMOVED, "hello\n")


def test_a_log_that_can_be_had_no_more_is_the_last_one(engine: Engine) -> None:
    watch = made(engine)
    watch.look()
    engine.logging = conflict()
    assert (watch.look().status, watch.look().log) == ("running", "hello\n")


def test_a_driver_that_gives_nothing_back_is_a_line(engine: Engine) -> None:
    engine.logging = APIError("501", explanation="configured logging driver does not support reading")
    assert made(engine).look().log == "There is no log to show: configured logging driver does not support reading"


def test_of_long_lines_fewer_are_asked_for(engine: Engine) -> None:
    watch, engine.log = made(engine), b"x" * 32_000_000
    for _ in range(3):
        watch.look()
    engine.log = b"short\n"
    for _ in range(20):
        watch.look()
    assert engine.tails[0] == engine.tails[-1] == 2000
    assert engine.tails[1] == 62
    assert engine.tails[2] == 1


def test_a_container_has_one_watcher(engine: Any) -> None:
    assert watcher(engine, "a") is not watcher(engine, "b")
    one = watcher(engine, "a")
    assert one is watcher(engine, "a")
