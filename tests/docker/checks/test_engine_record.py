"""A record gives what an engine answered at that moment, and invents nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from docker.errors import APIError

from workbench.engine import ports

from .engine_record import EngineRecord, UnrecordedError


class _Engine:
    """Stands for the low-level API: one container, which says how often it was looked at."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = "created"

    def inspect_container(self, container: str) -> dict[str, Any]:
        self.asked.append("inspect_container")
        return {"Id": container, "State": {"Status": self.status}}

    def containers(self, **_filters: object) -> list[dict[str, str]]:
        self.asked.append("containers")
        return [{"Id": "theirs"}, {"Id": "made"}]

    def create_container(self, image: str) -> dict[str, str]:
        self.asked.append(f"create_container {image}")
        return {"Id": "made"}

    def start(self, _container: str) -> None:
        self.asked.append("start")
        self.status = "running"

    def stop(self, _container: str) -> None:
        self.asked.append("stop")
        self.status = "exited"

    def remove_container(self, _container: str, *, force: bool) -> None:
        self.asked.append("remove_container")
        if not force and self.status == "running":
            raise APIError("it runs")

    def get_archive(self, _container: str, _path: str) -> tuple[Any, dict[str, str]]:
        self.asked.append("get_archive")
        return iter([b"one", b"two"]), {"name": "file"}


@pytest.fixture
def engine() -> _Engine:
    return _Engine()


@pytest.fixture
def record(engine: _Engine) -> EngineRecord:
    return EngineRecord(SimpleNamespace(api=engine))  # type: ignore[arg-type]


def status(record: EngineRecord) -> str:
    return str(record.client.api.inspect_container("made")["State"]["Status"])


def test_what_was_asked_once_is_not_asked_again(engine: _Engine, record: EngineRecord) -> None:
    with record.recording():
        record.client.api.inspect_container("made")
    for _ in range(2):
        with record.replaying():
            assert status(record) == "created"
    assert engine.asked == ["inspect_container"]


def test_a_question_that_is_new_goes_to_the_engine(engine: _Engine, record: EngineRecord) -> None:
    for _ in range(2):
        with record.replaying():
            assert status(record) == "created"
    assert engine.asked == ["inspect_container"]


def test_the_last_answer_to_who_waits_is_kept(engine: _Engine, record: EngineRecord) -> None:
    with record.recording():
        assert status(record) == "created"
        engine.status = "running"
        assert status(record) == "running"
    with record.replaying():
        assert status(record) == "running"


def test_an_answer_belongs_to_its_moment(record: EngineRecord) -> None:
    with record.recording():
        assert status(record) == "created"
        record.client.api.start("made")
        assert status(record) == "running"
        record.client.api.stop("made")
        assert status(record) == "exited"
    with record.replaying():
        assert status(record) == "created"
        record.client.api.start("made")
        assert status(record) == "running"


def test_a_moment_that_has_passed_can_not_be_asked_about(engine: _Engine, record: EngineRecord) -> None:
    with record.recording():
        record.client.api.start("made")
        record.client.api.stop("made")
    with record.replaying():
        record.client.api.start("made")
        with pytest.raises(UnrecordedError):
            record.client.api.inspect_container("made")
    assert engine.asked == ["start", "stop"]


def test_a_removal_by_force_waits_so_that_the_container_can_be_asked(engine: _Engine, record: EngineRecord) -> None:
    with record.recording():
        record.client.api.start("made")
        record.client.api.remove_container("made", force=True)
    with record.replaying():
        record.client.api.start("made")
        assert status(record) == "running"
        with pytest.raises(APIError):
            record.client.api.remove_container("made", force=False)
    assert engine.asked == ["start", "inspect_container", "remove_container"]


def test_containers_that_were_kept_are_in_no_list(record: EngineRecord) -> None:
    with record.recording():
        made = record.client.api.create_container("image")["Id"]
        record.client.api.remove_container(made, force=True)
    with record.replaying():
        assert record.client.api.containers(all=True) == [{"Id": "theirs"}]


def test_errors_are_answers_too(engine: _Engine, record: EngineRecord) -> None:
    engine.status = "running"
    for _ in range(2):
        with record.replaying(), pytest.raises(APIError, match="it runs"):
            record.client.api.remove_container("made", force=False)
    assert engine.asked == ["remove_container"]


def test_a_check_can_not_change_the_record(record: EngineRecord) -> None:
    with record.replaying():
        record.client.api.inspect_container("made")["State"].clear()
    with record.replaying():
        assert status(record) == "created"


def test_a_stream_is_read_once_and_given_again(record: EngineRecord) -> None:
    for _ in range(2):
        with record.replaying():
            assert b"".join(record.client.api.get_archive("made", "/file")[0]) == b"onetwo"


def test_requests_to_published_ports_are_recorded(record: EngineRecord) -> None:
    with mock.patch.object(ports, "http_get", autospec=True, return_value=200) as get:
        for _ in range(2):
            with record.replaying():
                assert ports.http_get("http://127.0.0.1:5000/", timeout=5) == 200  # type: ignore[comparison-overlap]
    assert get.call_count == 1
