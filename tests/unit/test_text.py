"""Text that others wrote: names, and what a program prints, with colors, redrawn lines, and far too much of it."""

from __future__ import annotations

import re
import tracemalloc
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import Log, last_part, one_line, plain, printable, safe, say


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


UNSEEN = st.characters(
    categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Lu"]
)  # categories of Unicode: controls, formats, halves of characters, separators
# Formats that are drawn: they stand before numbers, or belong to scripts that are written no more.
DRAWN = re.compile(
    "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001bca3\U0001d173-\U0001d17a]"
)


def hidden(text: str) -> str:
    """Find what a terminal acts on or a reader can't see; joiners are looked at by another test."""
    found = [character for character in text if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    return "".join(one for one in found if one not in "\n\t\u200c\u200d" and not DRAWN.match(one))


@given(st.text(UNSEEN))
def test_whatever_hides_from_a_reader_is_shown(text: str) -> None:
    assert hidden(safe(text)) == ""
    assert hidden(plain(text)) == ""
    assert hidden(one_line(text)) == ""
    assert "\n" not in one_line(text)


@given(st.text(UNSEEN))
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@pytest.mark.parametrize(
    "text",
    [
        "größe ☃",
        "\N{FAMILY}",
        "👩\u200d🔬",
        "\u0645\u06cc\u200c\u062e",
        "क्\u200dष",
        "\u0627\u0644",
        "a b",
        "tab\tline\n",
        "\N{NO-BREAK SPACE}",
    ],
)
def test_writing_of_all_kinds_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("app\u200d.py", "app\\u200d.py"),
        ("\udcff.txt", "\\udcff.txt"),
        ("a\U000e0041", "a\\U000e0041"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("\x9b31mred", "\\x9b31mred"),
        ("a\u2028b", "a\\u2028b"),
        ("\ufeffFROM", "\\ufeffFROM"),
    ],
)
def test_a_name_that_hides_something_shows_it(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_a_name_takes_one_line() -> None:
    assert one_line("web\nOurs:\r\n\tall") == "web\\nOurs:\\r\\n\\tall"


def test_what_is_printed_is_safe(capsys: pytest.CaptureFixture[str]) -> None:
    say("one\u202e", 2, sep="\n")
    assert capsys.readouterr().out == "one\\u202e\n2\n"


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("\x1b[91merr\n\x1b[0m", "err\n"),
        ("\x1b[1;32mok\x1b[m\tin\x1b[K 1 s", "ok\tin 1 s"),
        (" 10%\r 50%\r100%\ndone\r\n", "100%\ndone\n"),
        ("half\r", "half"),
        ("\x00\x07bell\x08", "bell"),
        ("£ 学 \N{GRINNING FACE}", "£ 学 \N{GRINNING FACE}"),
    ],
)
def test_only_text_remains(printed: str, text: str) -> None:
    assert plain(printed) == text


@given(st.text())
def test_what_is_plain_stays_plain(printed: str) -> None:
    once = plain(printed)
    assert plain(once) == once
    assert once.count("\n") == printed.count("\n")


@given(st.lists(st.text(alphabet="ab\n")), st.integers(1, 9))
def test_the_end_is_kept(printed: list[str], limit: int) -> None:
    log = Log(limit)
    for text in printed:
        log.add(text)
    assert str(log) == "".join(printed)[-limit:]


def test_a_flood_costs_no_memory() -> None:
    log = Log(1000)
    tracemalloc.start()
    for number in range(20_000):
        log.add(f"{number:100}")
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 50_000
    assert str(log).endswith("19999")
