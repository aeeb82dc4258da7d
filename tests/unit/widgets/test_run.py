"""The run panel, with a container that is made up."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from threading import Event

import pytest

from tests.support.waiting import wait_until
from workbench.engine.container_status import NOT_YET, REMOVED, UNKNOWN, ContainerStatus, PublishedPort
from workbench.errors import TutorialError
from workbench.widgets import background
from workbench.widgets.run import Actions, RunPanel

PUBLISHED = PublishedPort("127.0.0.1", "5000", "5000/tcp")
RUNNING = ContainerStatus("web", "running", published=(PUBLISHED,), log="one\ntwo\n")


class EditorWorkspace:
    """Stands in for what moves the container."""

    def __init__(self, seen: ContainerStatus = RUNNING) -> None:
        self.seen = seen
        self.calls: list[str] = []
        self.go = Event()
        self.go.set()
        self.fails: TutorialError | None = None
        self.objection = ""
        self.closed = False

    def panel(self, port: int | None = None) -> RunPanel:
        """Make a panel that works on it."""
        return RunPanel("web:1.0", self.seen, self.actions(), port)

    def actions(self) -> Actions:
        """Give what its controls call."""
        return Actions(
            start=lambda port: self._do(f"start {port}", "running"),
            stop=lambda: self._do("stop", "exited"),
            restart=lambda: self._do("restart", "running"),
            look=lambda: self.seen,
            objection=lambda port: self.objection.format(port=port),
            close=lambda: setattr(self, "closed", True),
        )

    def _do(self, call: str, status: str) -> None:
        self.calls.append(call)
        self.go.wait(10)
        if self.fails:
            raise self.fails
        self.seen = replace(self.seen, name="web", status=status)


@pytest.fixture(autouse=True)
def fixture_slow_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each click of a test be one of its own."""
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)


def said(panel: RunPanel) -> list[str]:
    [text] = re.fullmatch(r'<p role="status" aria-live="polite">(.*)</p>', panel.status.value).groups()  # type: ignore[union-attr]
    return [html.unescape(line) for line in str(text).split("<br>")]


def enabled(panel: RunPanel) -> set[str]:
    buttons = (panel.start, panel.stop, panel.restart, panel.refresh)
    return {button.description for button in buttons if not button.disabled}


def test_what_a_notebook_stores_is_the_same_each_time() -> None:
    panel = EditorWorkspace().panel()
    assert repr(panel) == "<run panel of web:1.0>"
    panel.show(replace(RUNNING, name="brave_curie", status="exited"))
    assert repr(panel) == "<run panel of web:1.0>"


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("running", {"Stop", "Restart", "Look again"}),
        ("exited", {"Start", "Look again"}),
        ("created", {"Start", "Look again"}),
        ("paused", {"Stop", "Look again"}),
        (UNKNOWN, {"Look again"}),
        (REMOVED, set()),
    ],
)
def test_only_buttons_that_can_do_something_are_on(status: str, buttons: set[str]) -> None:
    panel = EditorWorkspace(replace(RUNNING, status=status)).panel()
    assert enabled(panel) == buttons
    assert all(button.tooltip for button in (panel.start, panel.stop, panel.restart, panel.refresh))


def test_state_and_note_are_text() -> None:
    panel = EditorWorkspace().panel()
    assert said(panel) == ["web: running, no health check."]
    panel.show(ContainerStatus("web", "exited", exit_code=137, note="<killed>"))
    assert said(panel) == ["web: exited with code 137.", "<killed>"]
    panel.show(ContainerStatus("web", "running", health="unhealthy"))
    assert said(panel) == ["web: running, unhealthy."]


def test_the_picture_says_in_words_what_it_shows() -> None:
    def words(seen: ContainerStatus) -> str:
        picture = EditorWorkspace(seen).panel().picture.value
        [label] = re.findall(r'<svg role="img" aria-label="([^"]*)"', picture)
        return str(label)

    assert words(RUNNING).endswith("127.0.0.1:5000 leads to 5000/tcp.")
    assert words(replace(RUNNING, status="exited")).endswith("127.0.0.1:5000 will lead to 5000/tcp.")
    assert "no door" in words(replace(RUNNING, published=()))
    many = tuple(PublishedPort("127.0.0.1", str(port), f"{port}/tcp") for port in range(6000, 6100))
    assert words(replace(RUNNING, published=many)).endswith("and 92 more.")


def test_the_picture_takes_its_colours_from_the_page() -> None:
    picture = EditorWorkspace().panel().picture.value
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', picture)) == {"currentColor", "none"}
    assert "#" not in picture


def test_a_door_on_all_addresses_is_told() -> None:
    warning = "Published on every address"
    assert warning not in EditorWorkspace().panel().picture.value
    assert (
        warning
        in EditorWorkspace(replace(RUNNING, published=(PublishedPort("0.0.0.0", "5000", "5000/tcp"),)))
        .panel()
        .picture.value
    )


def test_a_button_does_its_call_and_the_panel_shows_what_became_of_it() -> None:
    workspace = EditorWorkspace()
    panel = workspace.panel()
    panel.stop.click()
    wait_until(lambda: said(panel) == ["web: exited with code 0."])
    panel.start.click()
    wait_until(lambda: said(panel) == ["web: running, no health check."])
    panel.restart.click()
    wait_until(lambda: workspace.calls == ["stop", "start 0", "restart"])


def test_a_double_click_is_one_call_and_all_buttons_wait() -> None:
    workspace = EditorWorkspace()
    panel = workspace.panel()
    workspace.go.clear()
    panel.stop.click()
    panel.stop.click()
    panel.restart.click()
    wait_until(lambda: "Stop: under way." in said(panel))
    assert enabled(panel) == set()
    workspace.go.set()
    wait_until(lambda: enabled(panel) == {"Start", "Look again"})
    assert workspace.calls == ["stop"]


def test_what_cannot_be_done_is_a_line_with_the_next_step() -> None:
    workspace = EditorWorkspace()
    panel = workspace.panel()
    workspace.fails = TutorialError("No Docker Engine answers.", "Start one: ./tutorial start")
    workspace.seen = replace(RUNNING, status=UNKNOWN)
    panel.stop.click()
    wait_until(lambda: "No Docker Engine answers. Start one: ./tutorial start" in said(panel))
    wait_until(lambda: enabled(panel) == {"Look again"})
    workspace.seen = RUNNING
    panel.refresh.click()
    wait_until(lambda: said(panel) == ["web: running, no health check."])


def test_a_port_that_cannot_be_had_is_told_at_once() -> None:
    workspace = EditorWorkspace(ContainerStatus("", NOT_YET, published=(PUBLISHED,)))
    workspace.objection = "{port} is no port."
    panel = workspace.panel(5000)
    assert said(panel) == ["web:1.0: not made yet.", "5000 is no port."]
    panel.port.value = 70000
    assert said(panel)[1] == "70000 is no port."
    assert "127.0.0.1:70000" in panel.picture.value
    workspace.objection = ""
    panel.port.value = 5001
    assert said(panel) == ["web:1.0: not made yet."]
    panel.start.click()
    wait_until(lambda: workspace.calls == ["start 5001"])
    wait_until(lambda: panel.port.disabled)


def test_a_container_removed_under_a_panel_of_its_own_can_be_made_again() -> None:
    panel = EditorWorkspace().panel(5001)
    panel.show(replace(RUNNING, status=REMOVED))
    assert said(panel)[1] == "The container was removed; Start makes a new one."
    assert enabled(panel) == {"Start", "Look again"}
    assert "127.0.0.1:5001 will lead to 5000/tcp" in panel.picture.value


def test_two_panels_told_the_same_show_the_same() -> None:
    one, two = EditorWorkspace().panel(), EditorWorkspace().panel()
    for panel in (one, two):
        panel.show(replace(RUNNING, status="exited"))
    assert (one.status.value, one.picture.value, enabled(one)) == (two.status.value, two.picture.value, enabled(two))


def test_the_log_is_shown_escaped_and_can_be_reached_by_keyboard() -> None:
    panel = EditorWorkspace(replace(RUNNING, log="</pre><script>\n")).panel()
    assert "&lt;/pre&gt;&lt;script&gt;" in panel.output.value
    assert "<script" not in panel.output.value + panel.snapshot
    assert 'role="region" tabindex="0" aria-label="Log of web"' in panel.output.value


def test_the_static_page_shows_the_end_of_the_log_and_stays_small() -> None:
    panel = EditorWorkspace(replace(RUNNING, log="<&>" * 300_000 + "\nlast line\n")).panel()
    assert "last line" in panel.snapshot
    assert "web: running, no health check." in panel.snapshot
    assert len(panel.snapshot) < 20_000


def test_the_static_page_keeps_what_there_was_before_the_end() -> None:
    panel = EditorWorkspace().panel()
    before = panel.snapshot
    panel.show(replace(RUNNING, status=REMOVED, note="The container was removed."))
    assert panel.snapshot == before
    assert said(panel) == ["web: removed.", "The container was removed."]


def test_a_closed_panel_lets_go_of_the_container() -> None:
    workspace = EditorWorkspace()
    panel = workspace.panel()
    panel.close()
    assert workspace.closed
    panel.show(RUNNING)
