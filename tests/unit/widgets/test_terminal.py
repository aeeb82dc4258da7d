"""The terminal's view, with a script in the place of the browser and of the program."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from markupsafe import escape

from workbench.errors import TutorialError
from workbench.widgets import terminal_buffer as conversation_module
from workbench.widgets.output import KEPT, PIECE, WINDOW
from workbench.widgets.terminal import SNAPSHOT, TerminalView

TITLE = "/bin/bash in a container of python:3.8.10"


class FakeLine:
    """Writes down what the view asks of the program."""

    def __init__(self) -> None:
        self.typed = b""
        self.sizes: list[tuple[int, int]] = []
        self.closed = 0
        self.woken = 0

    def write(self, data: bytes) -> None:
        """Take what was typed."""
        self.typed += data

    def resize(self, columns: int, rows: int) -> None:
        """Take the size."""
        self.sizes.append((columns, rows))

    def close(self) -> None:
        """Count."""
        self.closed += 1

    def wake(self) -> None:
        """Count."""
        self.woken += 1


class Browser(TerminalView):
    """The view, with what it sends to the browser in a list."""

    def __init__(self, *, code: bytes = b"code", problem: str = "") -> None:
        self.sent: list[tuple[dict[str, Any], bytes]] = []
        self.line = FakeLine()
        super().__init__(TITLE, 1, self.line, code, problem)

    def send(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        """Keep what goes to the browser."""
        self.sent.append((content, (buffers or [b""])[0]))

    def says(self, what: str, **content: Any) -> None:
        """Say something as the browser."""
        self._handle_custom_msg({"type": what, **content}, [])

    def opens(self) -> None:
        """Show the view on a page."""
        self.says("open", columns=94, rows=24)

    def kinds(self) -> list[str]:
        """List what kinds of messages were sent."""
        return [content["type"] for content, _ in self.sent]

    def received(self) -> bytes:
        """Join the output that was sent."""
        return b"".join(data for content, data in self.sent if content["type"] == "output")


@pytest.fixture(name="clock", autouse=True)
def fixture_clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give a clock that stands still until a test moves it."""
    now = [1000.0]
    monkeypatch.setattr("workbench.widgets.terminal.monotonic", lambda: now[0])
    monkeypatch.setattr(conversation_module, "FIRST_PROMPT", 0.01)
    return now


def test_what_a_notebook_stores_is_the_same_each_time() -> None:
    view = Browser()
    before = repr(view)
    view.show(b"anything")
    assert before == repr(view) == f"<terminal: {TITLE}>"


def test_the_last_state_is_readable_and_nothing_in_it_is_markup() -> None:
    view = Browser()
    view.show(b"\x1b[31m<script>alert('x')</script> & more\x1b[0m\r\n")
    view.finish("It <ended>.")
    assert "<script>" not in view.snapshot
    assert escape("<script>alert('x')</script> & more") in view.snapshot
    assert "It &lt;ended&gt;." in view.snapshot
    assert re.fullmatch(
        r'<section aria-label="Terminal 1: [^"]*"><p>.*?</p><pre tabindex="0">.*</pre></section>', view.snapshot
    )


def test_the_last_state_stays_small() -> None:
    view = Browser()
    view.show(b"<" * 79 + b"\r\n")
    for _ in range(40):
        view.show(b"0123456789 and so on\r\n" * 100)
        view.tick()
    view.finish("It ended.")
    assert len(view.snapshot) < SNAPSHOT + 1000
    assert "left out" in view.snapshot


def test_what_is_typed_in_the_browser_goes_to_the_program() -> None:
    view = Browser()
    view.says("input", text="lsß\r")
    view.says("bytes", bytes=[27, 255])
    view.says("input", text="\ud83d")  # half a character, from a slip of a paste
    assert view.line.typed == "lsß\r".encode() + b"\x1b\xff?"
    assert view.kinds() == ["taken"] * 3


def test_the_browser_gets_the_code_when_it_asks() -> None:
    view = Browser()
    view.says("code")
    assert view.sent == [({"type": "code"}, b"code")]


def test_without_the_code_it_says_what_to_do_and_cells_can_use_it() -> None:
    view = Browser(code=b"", problem="Not built. Run ./tutorial start")
    assert (view.code_version, view.status) == ("", "Not built. Run ./tutorial start")
    view.show(b"$ ")
    view.type("x")
    assert view.line.typed == b"x"


def test_nothing_is_sent_before_a_browser_is_there(clock: list[float]) -> None:
    view = Browser()
    view.show(b"hello")
    view.tick()
    clock[0] += 10
    assert view.tick() is None
    assert not view.full
    assert view.sent == []


def test_a_browser_that_comes_late_gets_what_was_there(clock: list[float]) -> None:
    view = Browser()
    view.show(b"hello")
    view.opens()
    assert view.kinds() == ["rewind"]
    view.tick()
    assert view.sent[1] == ({"type": "output", "end": 5, "replay": True}, b"hello")
    clock[0] += 1
    view.show(b" you")
    view.tick()
    assert view.sent[2] == ({"type": "output", "end": 9, "replay": False}, b" you")
    view.opens()
    clock[0] += 1
    view.tick()
    assert view.received() == b"hello youhello you"


def test_output_is_sent_at_once_and_then_in_batches(clock: list[float]) -> None:
    view = Browser()
    view.opens()
    view.show(b"a")
    view.tick()
    view.show(b"b")
    wait = view.tick()
    assert wait is not None
    assert view.received() == b"a"
    clock[0] += wait
    view.show(b"c")
    view.tick()
    assert view.received() == b"abc"


def test_a_browser_that_is_busy_makes_the_program_wait(clock: list[float]) -> None:
    view = Browser()
    view.opens()
    view.show(b"x" * KEPT)
    for _ in range(10):
        view.tick()
        clock[0] += 0.05
    assert view.full
    assert len(view.received()) < WINDOW + PIECE
    view.says("seen", place=len(view.received()))
    clock[0] += 0.05
    view.tick()
    assert len(view.received()) > WINDOW


def test_a_browser_that_is_gone_doesn_t(clock: list[float]) -> None:
    view = Browser()
    view.opens()
    view.show(b"x" * KEPT)
    for _ in range(100):
        view.tick()
        clock[0] += 0.05
    assert not view.full


@pytest.mark.parametrize("again", ["open", "here"])
def test_a_terminal_that_nobody_looks_at_is_closed_but_not_one_that_moved(clock: list[float], again: str) -> None:
    view = Browser()
    view.opens()
    view.says("closed")
    assert view.kinds()[-1] == "anyone"
    clock[0] += 5
    view.tick()
    view.says(again, columns=80, rows=24)
    clock[0] += 60
    view.tick()
    assert view.line.closed == 0
    view.says("closed")
    wait = view.tick()
    assert wait is not None
    assert 5 < wait <= 10
    clock[0] += wait
    view.tick()
    assert view.line.closed == 1
    clock[0] += 60
    view.tick()
    assert view.line.closed == 1


def test_the_size_goes_to_the_program_within_reason() -> None:
    view = Browser()
    view.opens()
    view.says("resize", columns=100_000, rows=3)
    assert view.line.sizes == [(94, 24), (500, 3)]


def test_the_button_and_the_method_end_the_program() -> None:
    view = Browser()
    view.says("end")
    view.close()
    assert view.line.closed == 2


def test_at_the_end_all_is_sent_and_it_says_why() -> None:
    view = Browser()
    view.opens()
    view.show(b"x" * KEPT)
    view.finish("The container was removed.")
    assert len(view.received()) == KEPT
    assert (view.running, view.status) == (False, "The container was removed.")
    assert "The container was removed." in view.snapshot
    view.opens()  # the page is loaded again
    assert len(view.received()) == 2 * KEPT


def test_messages_that_are_not_ours_are_left_alone() -> None:
    view = Browser()
    view.says("nonsense")
    view.says("", kind="anywidget-command", name="x")
    assert view.line.woken == 0


def test_a_cell_types_and_waits(capsys: pytest.CaptureFixture[str]) -> None:
    view = Browser()
    view.show(b"\x1b[?2004h$ ")
    answer = threading.Timer(0.05, view.show, [b"6*7\r\n\x1b[32m4\x1b[0m2\r\n>>> "])
    answer.start()
    view.type("6*7\n", until="42\n>>> ")
    answer.join()
    assert view.line.typed == b"6*7\r"
    assert view.transcript == "$ 6*7\n42\n>>>"
    assert "42\n" in view.snapshot
    assert capsys.readouterr().out == ""


def test_what_was_there_before_typing_doesn_t_count() -> None:
    view = Browser()
    view.show(b"$ ")
    view.type("x")
    with pytest.raises(TutorialError, match=r"did not show '\$ ' within 0.01 seconds") as failure:
        view.wait_for("$ ", 0.01)
    assert failure.value.fix == "It showed nothing."


def test_waiting_says_what_came_instead() -> None:
    view = Browser()
    view.show(b"one\r\ntwo\r\n")
    with pytest.raises(TutorialError, match="What it showed last:\none\ntwo"):
        view.wait_for("three", 0.01)


def test_waiting_ends_with_the_program() -> None:
    view = Browser()
    view.show(b"$ ")
    end = threading.Timer(0.05, view.finish, ["The container was removed."])
    end.start()
    with pytest.raises(TutorialError, match=r"did not show '42' and will not. The container was removed."):
        view.wait_for("42", 60)
    end.join()
    with pytest.raises(TutorialError, match=r"Nobody reads what you type. The container was removed."):
        view.type("x")
    view.wait_for("$ ")  # it did show that
