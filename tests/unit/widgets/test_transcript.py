"""The text that a terminal's output leaves to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.widgets.output import Output
from workbench.widgets.transcript import AT_ONCE, LEFT_OUT, LINES, Transcript, plain

PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "ü",
            "漢",
            "\r",
            "\n",
            "\b",
            "\t",
            "\x1b",
            "[",
            "?",
            "4",
            ";",
            "m",
            "H",
            "J",
            "]0;",
            "\x07",
            "\x1b[?1049h",
        ]
    )
    | st.characters(max_codepoint=0x10FFFF, exclude_categories=["Cs"]),
    max_size=60,
).map("".join)


def text(*chunks: bytes) -> str:
    output = Output()
    transcript = Transcript(output)
    for chunk in chunks:
        output.append(chunk)
        transcript.text()
    return transcript.text()


@pytest.mark.parametrize(
    ("received", "seen"),
    [
        (b"\x1b[1;31mred\x1b[0m and \x1b]0;a title\x07plain\r\n", "red and plain"),
        (b"10%\r50%\r100%\r\n", "100%"),
        (b"helo\b\blo\b\b\x1b[1@l", "hello"),
        (b"typed \x1b[5D\x1b[Kx", "tx"),
        (b"\x1b[?2004hroot@box:/# ls\r\n\x1b[?2004l\rbin\r\n", "root@box:/# ls\nbin"),
        (b"one\r\n\r\nthree\r\n\r\n", "one\n\nthree"),
        (b"before\r\n\x1b[?1049h\x1b[Ha whole screen\x1b[?1049lafter", "before\nafter"),
        (b"\x1b[2J\x1b[H", ""),
        (b"\x1bP1$r0m\x1b\\x", "x"),
        (b"\x1b[?4mx", "x"),  # pyte stumbles over this one
        (b"\xff\xfe\x00ok", "\ufffd\ufffdok"),
    ],
)
def test_a_person_saw(received: bytes, seen: str) -> None:
    assert text(received).endswith(seen)
    if "P1" not in str(received):  # the body of a control string: pyte shows it
        assert text(received) == seen


def test_a_character_may_come_in_two_pieces() -> None:
    whole = "Größe 漢字 🐳".encode()
    for cut in range(len(whole)):
        assert text(whole[:cut], whole[cut:]) == "Größe 漢字 🐳"


def test_lines_that_scrolled_out_are_kept_and_old_ones_let_go() -> None:
    lines = text(*(f"line {n}\r\n".encode() for n in range(LINES + 100))).splitlines()
    assert lines[-1] == f"line {LINES + 99}"
    assert lines.pop(0) == LEFT_OUT
    assert LINES <= len(lines) <= LINES + 24
    assert lines == [f"line {n}" for n in range(LINES + 100)][-len(lines) :]


def test_what_came_too_fast_is_left_out_and_said() -> None:
    output = Output()
    transcript = Transcript(output)
    output.append(b"start\r\n")
    transcript.text()
    output.append(b"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 60_000 + b"end\r\n")
    seen = transcript.text()
    assert seen.startswith("start\n")
    assert "[2.94 MB left out]" in seen
    assert seen.endswith("y\nend")
    assert LEFT_OUT not in seen
    assert len(seen) < AT_ONCE


def test_another_size_keeps_what_was_there() -> None:
    output = Output()
    transcript = Transcript(output)
    output.append(b"x" * 70 + b"\r\n$ ")
    transcript.resize(30, 10)
    output.append(b"ls\r\n" + b"y" * 40 + b"\r\n")
    assert transcript.text() == "x" * 70 + "\n$ ls\n" + "y" * 30 + "\n" + "y" * 10


def test_of_a_long_text_the_latest_lines_are_given() -> None:
    output = Output()
    output.append(b"first line\r\nsecond line\r\nthird line\r\n")
    transcript = Transcript(output)
    assert transcript.text(1000) == transcript.text() == "first line\nsecond line\nthird line"
    assert transcript.text(15) == f"{LEFT_OUT}\nthird line"


@given(PIECES, st.integers(1, 7))
def test_no_output_breaks_it(received: str, step: int) -> None:
    data = received.encode()
    seen = text(*(data[at : at + step] for at in range(0, len(data), step)), b"\x18\x1b\\\x1bc\x1b[0mstill here")
    assert seen.endswith("still here")
    assert "\x1b" not in seen


def test_plain_leaves_all_but_the_sequences() -> None:
    assert plain(b"\x1b[?2004h\x1b[1;32m$ \x1b[0mls\r\n\x1b[?2004l\r\x1b]0;t\x1b\\\x1b(Bx\ry") == "$ ls\nx\ry"
