"""Bytes of a stranger, made safe to look at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.printable import last_part, printable


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("größe ☃\n".encode(), "größe ☃\n"),
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        (b"\xff\x00", "\\xff\\x00"),
        (b"one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\u202edlrow".encode(), "\\u202edlrow"),
    ],
)
def test_it_says_what_stands_there(data: bytes, text: str) -> None:
    assert printable(data) == text


@given(st.binary())
def test_nothing_is_left_that_a_terminal_would_act_on(data: bytes) -> None:
    assert all(character in "\n\t" or ord(character) >= 32 for character in printable(data))


@given(st.text(alphabet="ab\n"), st.integers(1, 5), st.integers(1, 20))
def test_the_end_is_kept_within_both_bounds(text: str, lines: int, characters: int) -> None:
    tail = last_part(text, lines, characters)
    assert text.endswith(tail)
    assert len(tail) <= characters
    assert len(tail.splitlines()) <= lines


def test_what_is_cut_begins_with_a_whole_line() -> None:
    assert last_part("first\nsecond\nthird\n", 9, 15) == "second\nthird\n"
    assert last_part("no line ends here", 9, 4) == "here"
