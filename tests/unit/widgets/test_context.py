"""The build context as a page shows it."""

from __future__ import annotations

import html
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from workbench.engine import build_context
from workbench.engine.build_context import Context
from workbench.engine.context_walk import Entry
from workbench.widgets.context import ContextView

ENTRIES = st.builds(
    Entry,
    path=st.lists(st.text(min_size=1).filter(lambda name: "/" not in name), min_size=1, max_size=4).map("/".join),
    size=st.integers(0, 10**12),
    kind=st.sampled_from(["file", "folder", "link", "other"]),
    rule=st.text(),
    files=st.integers(0, 10**6),
    secret=st.booleans(),
    problem=st.text(),
)
CONTEXTS = st.builds(
    Context,
    sent=st.lists(ENTRIES, max_size=200).map(tuple),
    left_out=st.lists(ENTRIES, max_size=60).map(tuple),
    warnings=st.lists(st.text(), max_size=60).map(tuple),
)
FILE = Entry("app.py", 2390, "file")


def text_of(view: ContextView) -> str:
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", view.snapshot)).split())


def test_it_shows_what_goes_what_stays_and_why() -> None:
    view = ContextView(
        Context(
            sent=(FILE, Entry("data", 0, "folder"), Entry("data/x.csv", 10_000_000, "file")),
            left_out=(Entry(".env", 27, "file", "*"), Entry("logs", 3000, "folder", "logs/", files=12)),
            warnings=("Mind this.",),
        )
    )
    assert text_of(view) == (
        "A build would send 2 files, 10.0 MB. 13 files would stay at home. Warning: Mind this. "
        "app.py, 2.39 kB data/, 1 file, 10.0 MB x.csv, 10.0 MB "
        "What is not sent Stays at home Size By the rule .env 27 bytes * logs/, 12 files 3.00 kB logs/"
    )


def test_secrets_and_problems_are_said_in_words() -> None:
    view = ContextView(Context((Entry(".env", 1, "file", secret=True), Entry("x", 0, "other", problem="no")), (), ()))
    assert ".env, 1 byte (looks like a secret)" in text_of(view)
    assert "x, not a file (can't be read: no)" in text_of(view)


def test_a_link_is_told_from_what_it_points_to() -> None:
    assert "here, a link: what it points to is not sent" in text_of(
        ContextView(Context((Entry("here", 0, "link"),), (), ()))
    )


def test_a_hard_link_and_a_socket_say_why_they_have_no_bytes() -> None:
    view = ContextView(Context((FILE, Entry("b", 0, "file", same_as="app.py")), (Entry("s", 0, "socket"),), ()))
    assert "b, a hard link to app.py, which is sent once" in text_of(view)
    assert "s 0 bytes sockets are never sent" in text_of(view)


def test_a_file_in_a_folder_that_stays_is_seen(tmp_path: Path) -> None:
    (tmp_path / "data/deep").mkdir(parents=True)
    (tmp_path / "data/deep/small.csv").write_text("x")
    (tmp_path / "data/big.csv").write_text("x" * 9)
    view = ContextView(build_context.read(tmp_path, ["data", "!data/deep/small.csv"]))
    assert "data/, 1 file, 1 byte deep/, 1 file, 1 byte small.csv, 1 byte" in text_of(view)


def test_what_a_notebook_stores_counts_and_does_not_weigh() -> None:
    view = ContextView(Context((FILE, Entry("data", 0, "folder")), (FILE,), ("a", "b")))
    assert repr(view) == "<build context: 1 to send, 1 left out, 2 warnings>"


def test_what_lab_shows_is_what_the_page_shows() -> None:
    view = ContextView(Context((FILE,), (), ()))
    assert [child.value for child in view.children] == [view.snapshot]


def test_ten_thousand_files_fit_and_each_is_counted() -> None:
    files = [Entry(f"{folder}/{file}", 1000, "file") for folder in range(30) for file in range(300)]
    folders = [Entry(f"{folder}", 0, "folder") for folder in range(30)]
    many = [Entry(f"top{number}", 1, "file") for number in range(1000)]
    view = ContextView(Context((*folders, *files), (), ()))
    assert "7/, 300 files, 300 kB" in text_of(view)
    assert "9,000 files, 9.00 MB" in text_of(view)
    view = ContextView(Context((*many,), (*many,), tuple("ab" * 500)))
    assert "and 940 more" in text_of(view)
    assert "and 970 more warnings" in text_of(view)
    assert len(view.snapshot) < 20_000


def test_names_that_are_no_text_are_shown_all_the_same() -> None:
    assert "a\\udcff, 1 byte" in text_of(ContextView(Context((Entry("a\udcff", 1, "file"),), (), ())))


@given(CONTEXTS)
def test_nothing_gets_out_of_the_markup(found: Context) -> None:
    tags = {"p", "ul", "li", "strong", "table", "caption", "tr", "th", "td", "code"}
    view = ContextView(found)
    assert set(re.findall(r"<(\w+)", view.snapshot)) <= tags
    view.snapshot.encode()
