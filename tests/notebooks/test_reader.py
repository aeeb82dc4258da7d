"""The reader of console blocks, with commands that need no engine: what it lets pass and what it does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import reader as reading
from . import terminal
from .reader import MismatchError, Reader
from .transcript import Substitution, parse_blocks

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*use of forkpty.*:DeprecationWarning"),
]

# Says that it is up, as a server does, and runs until Ctrl-C, or until its terminal is gone: under nohup, no hang-up
# would end it.
WAIT = "while read -t 60 || [ $? -gt 128 ]; do :; done"
SERVER = f"bash -c 'trap \"echo; echo stopped; exit 0\" INT; echo starting; echo up; {WAIT}'"


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setattr(terminal, "SETTLE", 0.5)
    sitting = Reader(tmp_path, dict(os.environ), Substitution("reader7", 5101, "127.0.0.1:5042"), [], lambda _: None)
    yield sitting
    sitting.close()


@pytest.fixture(name="hasty")
def fixture_hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no prompt that never comes, but for what is said before."""
    monkeypatch.setattr(reading, "LIMIT", 4)


def play(reader: Reader, *blocks: str) -> None:
    for block in parse_blocks("\n".join(f"```console\n{block}\n```" for block in blocks)):
        reader.play(block)


def test_shell_is_one_for_all_blocks(reader: Reader) -> None:
    play(
        reader,
        "$ mkdir docker\n$ cd docker\n$ word=username",
        "$ pwd\n.../docker\n$ echo $word:$((5100 + 1))\nusername:5000",
    )


def test_each_window_says_in_which_folder_it_ends(reader: Reader, tmp_path: Path) -> None:
    play(reader, "$ mkdir docker\n$ cd docker")
    assert reader.folders() == {(tmp_path / "docker").resolve()}
    play(reader, "$ cd ..")
    assert reader.folders() == {tmp_path.resolve()}


def test_wrong_output_is_reported_with_both_sides(reader: Reader) -> None:
    with pytest.raises(MismatchError, match=r"(?s)block 2, typed: echo two\n.*page says\nthree\n.*terminal says\ntwo"):
        play(reader, "$ echo one\none", "$ echo two\nthree")


def test_output_that_the_page_does_not_show_is_reported(reader: Reader) -> None:
    with pytest.raises(MismatchError, match="another than on the page"):
        play(reader, "$ echo one")


@pytest.mark.parametrize("block", ["$ false", "$ (echo at work; exit 3)\n...", "$ (echo fine; exit 1)\nfine"])
def test_silent_failure_is_reported(reader: Reader, block: str) -> None:
    with pytest.raises(MismatchError, match=r"exit status [13], and the page shows no failure"):
        play(reader, block)


def test_failure_that_the_page_shows_is_fine(reader: Reader) -> None:
    play(reader, "$ cat nothing\ncat: nothing: No such file or directory\n$ echo $?\n1")


def test_python_prompt_is_typed_at(reader: Reader) -> None:
    play(reader, "$ python -q\n>>> 6 * 7\n42\n>>> print('a' * 150)\n" + "a" * 150 + "\n>>> exit()\n$ echo out\nout")


def test_wrong_prompt_is_reported(reader: Reader) -> None:
    with pytest.raises(MismatchError, match="the page shows PYTHON"):
        play(reader, "$ true\n>>> 1")


def test_program_keeps_its_window_until_it_is_interrupted(reader: Reader) -> None:
    play(reader, f"$ here=first\n$ {SERVER}\n...\nup", '$ echo "in $here"\nin')
    assert reader.still_busy() == ["window 1: PROGRAM"]
    play(reader, "^C\nstopped\n$ echo in $here\nin first")
    assert reader.still_busy() == []


def test_program_that_is_interrupted_at_once(reader: Reader) -> None:
    play(reader, f"$ {SERVER}\n...\nup\n^C\nstopped")


@pytest.mark.usefixtures("hasty")
def test_program_that_says_something_else_is_reported(reader: Reader) -> None:
    with pytest.raises(MismatchError, match=r"(?s)no prompt came back within 4 s.*terminal says\nstarting\nup"):
        play(reader, f"$ {SERVER}\nready")


@pytest.mark.usefixtures("hasty")
def test_program_must_not_stay_where_the_page_goes_on(reader: Reader) -> None:
    with pytest.raises(MismatchError, match="no prompt came back"):
        play(reader, f"$ {SERVER}\n...\nup\n$ true")


def test_interrupt_needs_a_program(reader: Reader) -> None:
    with pytest.raises(MismatchError, match="the page shows PROGRAM"):
        play(reader, "^C")


def test_slow_command_is_waited_for(reader: Reader) -> None:
    play(reader, "$ sleep 1; echo late\nlate\n$ (echo soon; sleep 1; echo late)\nsoon\n...")


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("\x1b[?2004hroot@7ad568453e0b:/# ", "root@7ad568453e0b:/# "),
        ("10%\r50%\r100%\r\ndone", "100%\ndone"),
        ("\x1b[1A\x1b[2K\r\x1b[32mok\x1b[0m\r\n", "ok\n"),
    ],
)
def test_screen_codes_are_taken_out(raw: str, seen: str) -> None:
    assert terminal.plain(raw) == seen


@pytest.mark.parametrize(
    ("output", "echo", "left"),
    [
        ("import os\n", "import os", ""),
        ("import os\nTrace\n", "import os", "Trace\n"),
        ("root@7ad568453e0b:/# ls -l\ntotal 0\n", "ls -l", "total 0\n"),
        ("a long \nline\nout\n", "a long line", "out\n"),
        ("^Cbye\n", "^C", "bye\n"),
        ("something else\n", "ls", "something else\n"),
        ("ls\n", "", "ls\n"),
    ],
)
def test_echo_is_taken_off(output: str, echo: str, left: str) -> None:
    assert terminal.without_echo(output, echo) == left
