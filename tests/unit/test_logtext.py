"""What a program prints, with colours, redrawn lines and bytes that are no text, and far too much of it."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.logtext import Log, plain


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
