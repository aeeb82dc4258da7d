"""The run panel on real containers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import docker
import pytest
from docker.errors import NotFound
from docker.models.containers import Container

from tests.support.names import letters
from tests.support.waiting import wait_until
from workbench.engine import labels
from workbench.engine.container_status import LOG_LINES, LOG_SIZE
from workbench.engine.container_watcher import watcher
from workbench.errors import TutorialError
from workbench.lesson.run_panel import Runner, run_panel
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS
from workbench.widgets import background
from workbench.widgets.run import RunPanel

pytestmark = pytest.mark.docker
SERVER = ["python", "-u", "-m", "http.server", "5000"]


@pytest.fixture(name="marks")
def fixture_marks(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Give labels that nobody else uses, and remove what carries them; let each click be one of its own."""
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)
    session = f"test-{letters()}"
    yield labels.lesson_labels(session)
    labels.sweep(PATHS, client, session=session)


@pytest.fixture(name="lesson")
def fixture_lesson(marks: dict[str, str]) -> Any:
    return SimpleNamespace(labels=marks)


@pytest.fixture(name="port")
def fixture_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        return int(free.getsockname()[1])


def run(client: docker.DockerClient, marks: dict[str, str], command: list[str], **options: Any) -> Container:
    made: Container = client.containers.run(BASE_IMAGE, command, detach=True, labels=marks, **options)
    return made


def watched(container: Container) -> bool:
    return any(thread.name == f"watch {str(container.id)[:12]}" for thread in threading.enumerate())


@pytest.fixture(name="image")
def fixture_image(client: docker.DockerClient, marks: dict[str, str]) -> str:
    """Give an image that serves at port 5000; the sweep removes it."""
    made = run(client, marks, ["true"])
    name = f"test-{letters()}/server:1.0"
    made.commit(name.rpartition(":")[0], "1.0", changes=f"CMD {str(SERVER).replace(chr(39), chr(34))}")
    made.remove(force=True)
    return name


def test_buttons_and_cells_leave_the_same_state(client: docker.DockerClient, lesson: Any, port: int) -> None:
    api = run(client, lesson.labels, SERVER, ports={"5000/tcp": (LOOPBACK, port)})
    one, two = run_panel(client, lesson, api), run_panel(client, lesson, api)
    assert f"{LOOPBACK}:{port} leads to 5000/tcp" in one.picture.value
    one.stop.click()
    wait_until(lambda: "exited with code 137" in one.status.value and "exited with code 137" in two.status.value)
    api.reload()
    assert api.status == "exited"
    api.start()
    wait_until(lambda: "running" in one.status.value and "running" in two.status.value)
    two.restart.click()
    wait_until(lambda: not two.restart.disabled)
    api.remove(force=True)
    wait_until(lambda: "removed" in one.status.value and "removed" in two.status.value)
    wait_until(lambda: not watched(api))
    assert one.start.disabled
    assert two.stop.disabled


def idle(panel: RunPanel) -> bool:
    """Tell whether no button's action is under way; a click during one does nothing."""
    return not panel._once.busy  # noqa: SLF001


def test_a_panel_of_its_own_makes_what_a_cell_would(
    client: docker.DockerClient, lesson: Any, port: int, image: str
) -> None:
    panel = run_panel(client, lesson, image, port)
    assert "not made yet" in panel.status.value
    panel.start.click()
    panel.start.click()
    wait_until(lambda: "running" in panel.status.value and idle(panel))
    [made] = client.containers.list(filters={"ancestor": image})
    assert made.ports == {"5000/tcp": [{"HostIp": LOOPBACK, "HostPort": str(port)}]}
    assert lesson.labels.items() <= made.labels.items()
    panel.stop.click()
    wait_until(lambda: not panel.start.disabled and idle(panel))
    panel.start.click()
    wait_until(lambda: "running" in panel.status.value and idle(panel))
    made.reload()
    assert made.status == "running"
    made.remove(force=True)
    wait_until(lambda: "Start makes a new one" in panel.status.value and idle(panel))
    panel.start.click()
    wait_until(lambda: "running" in panel.status.value and idle(panel))
    assert len(client.containers.list(all=True, filters={"ancestor": image})) == 1


def test_another_host_port_is_another_container(
    client: docker.DockerClient, marks: dict[str, str], port: int, image: str
) -> None:
    runner = Runner(client, marks, image)
    runner.start(port)
    runner.stop()
    with socket.create_server((LOOPBACK, 0)) as free:
        other = free.getsockname()[1]
    runner.start(other)
    [made] = client.containers.list(all=True, filters={"ancestor": image})
    assert [door.host_port for door in runner.look().published] == [str(other)]
    assert runner.objection(other) == ""
    made.remove(force=True)


def test_a_taken_port_names_its_holder_and_leaves_nothing(
    client: docker.DockerClient, marks: dict[str, str], port: int, image: str
) -> None:
    run(client, marks, ["sleep", "60"], ports={"5000/tcp": (LOOPBACK, port)}, name=f"holder-{port}")
    runner = Runner(client, marks, image)
    assert f"Host port {port} is taken by container holder-{port}." in runner.objection(port)
    with pytest.raises(TutorialError, match=f"container holder-{port}"):
        runner.start(port)
    assert client.containers.list(all=True, filters={"ancestor": image}) == []


@pytest.mark.parametrize("port", [-1, 0, 65536, 70000, 10**12])
def test_what_is_no_port_is_said(client: docker.DockerClient, marks: dict[str, str], port: int) -> None:
    runner = Runner(client, marks, BASE_IMAGE)
    assert runner.objection(port) == f"{port} is not a valid port: ports are whole numbers from 1 to 65535."
    with pytest.raises(TutorialError, match="is not a valid port"):
        runner.start(port)


def test_a_stopped_container_whose_port_was_taken_says_by_whom(
    client: docker.DockerClient, marks: dict[str, str], port: int
) -> None:
    api = run(client, marks, ["sleep", "60"], ports={"5000/tcp": (LOOPBACK, port)})
    api.kill()
    api.wait()
    run(client, marks, ["sleep", "60"], ports={"5000/tcp": (LOOPBACK, port)}, name=f"holder-{port}")
    with pytest.raises(TutorialError, match=f"Host port {port} is taken by container holder-{port}"):
        Runner(client, marks, api).start(0)


def test_a_container_that_is_gone_is_a_line(client: docker.DockerClient, marks: dict[str, str]) -> None:
    api = run(client, marks, ["sleep", "60"])
    runner = Runner(client, marks, api)
    api.remove(force=True)
    for action in (runner.stop, runner.restart, lambda: runner.start(0)):
        with pytest.raises(TutorialError, match="No such container"):
            action()
    assert runner.look().over


def test_an_image_that_is_gone_is_a_line(client: docker.DockerClient, marks: dict[str, str], port: int) -> None:
    with pytest.raises(TutorialError, match="No such image"):
        Runner(client, marks, "nobody/nothing:1.0").start(port)


def test_health_is_seen(client: docker.DockerClient, marks: dict[str, str]) -> None:
    check = {"test": ["CMD", "true"], "interval": 10**9}
    runner = Runner(client, marks, run(client, marks, ["sleep", "60"], healthcheck=check))
    assert runner.look().health == "starting"
    wait_until(lambda: runner.look().words == "running, healthy")


def test_of_a_log_of_200_megabytes_and_binary_the_end_is_shown(
    client: docker.DockerClient, marks: dict[str, str]
) -> None:
    script = f"yes {'0123456789' * 7} | head -c 200000000; printf '\\033end\\001'"
    api = run(client, marks, ["sh", "-c", script])
    api.wait(timeout=200)
    watch = watcher(client, str(api.id))
    seen = watch.look()
    assert seen.log.endswith("\\x1bend\\x01")
    assert len(seen.log.splitlines()) == LOG_LINES


def test_a_log_in_one_long_line_stays_within_bounds(client: docker.DockerClient, marks: dict[str, str]) -> None:
    api = run(client, marks, ["sh", "-c", "head -c 20000000 /dev/zero"])
    api.wait(timeout=100)
    watch = watcher(client, str(api.id))
    for _ in range(2):
        assert len(watch.look().log) <= LOG_SIZE


def test_a_container_without_a_log_says_so(client: docker.DockerClient, marks: dict[str, str]) -> None:
    api = run(client, marks, ["sleep", "60"], log_config={"type": "none"})
    seen = Runner(client, marks, api).look()
    assert seen.status == "running"
    assert seen.log.startswith("There is no log to show:")


def test_a_panel_on_a_container_that_is_gone_already(client: docker.DockerClient, lesson: Any) -> None:
    api = run(client, lesson.labels, ["sleep", "60"])
    api.remove(force=True)
    with pytest.raises(NotFound):
        api.reload()
    panel = run_panel(client, lesson, api)
    assert "removed" in panel.status.value
    wait_until(lambda: not watched(api))
