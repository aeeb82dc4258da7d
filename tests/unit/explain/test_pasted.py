"""Texts as they are pasted: with what tools put in front, in odd encodings, broken by a window, with more around."""

from __future__ import annotations

import pytest

from workbench import explain as package
from workbench.explain import explain
from workbench.explain.proof import Proof

SAID = "/bin/sh: 1: pythn: not found"
HEALTHY = "\n".join(f"172.17.0.1 - - [21/May/2024 09:11:{second:02}] GET / 200" for second in range(30))


@pytest.fixture(autouse=True)
def fixture_no_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no probe run."""
    monkeypatch.setattr(package, "run", lambda *_arguments: Proof(None, "it is a text."))


def key(what: object) -> str | None:
    explanation = explain(what)
    return explanation.cause.key if explanation else None


@pytest.mark.parametrize(
    "prefix",
    [
        "#8 0.412 ",
        "0.412 ",
        "  12.03 ",
        " => => # ",
        "web-1  | ",
        "web_1  | ",
        "my-shop | ",
        "2024-05-21T09:11:25.1234567Z ",
        "[2024-05-21T09:11:25.412Z] #9 0.412 ",
        "[2024-05-21 09:11:25 +0000] ",
        "2024-05-21 09:11:25,412 ",
        "May 21 09:11:25 box dockerd[812]: ",
        "stderr F ",
        "2024-05-21T09:11:25.1Z\tstderr\t",
        "> ",
        "web-1  | 2024-05-21T09:11:25Z ",
        "##[error]",
    ],
)
def test_what_a_tool_puts_before_a_line_is_taken_away(prefix: str) -> None:
    assert key(f"{prefix}{SAID}\n") == "command-not-found"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_encoding_of_windows_is_read(encoding: str, end: str) -> None:
    assert key(f"$ docker build .{end}{SAID}{end}".encode(encoding)) == "command-not-found"


@pytest.mark.parametrize("width", [70, 80, 120])
def test_lines_that_a_window_has_broken_are_joined(width: int) -> None:
    line = f"{'docker: Error response from daemon: ' * 4}No such container: shop. Look at the list of containers."
    broken = "\n".join(line[start : start + width] for start in range(0, len(line), width))
    assert key(line) == "no-such-container"
    for cut in range(4):  # wherever the window has cut it
        moved = "\n".join((" " * cut + line)[start : start + width] for start in range(0, len(line) + cut, width))
        assert key(moved) == key(broken) == "no-such-container"


def test_quotes_in_quotes_and_typeset_quotes_count_as_quotes() -> None:
    assert key('caused \\"exec: \\\\\\"pythn\\\\\\": executable file not found in $PATH\\"') == "command-not-found"
    assert key("exec: \u201cpythn\u201d: executable file not found in $PATH") == "command-not-found"


def test_an_error_in_the_middle_of_a_screenful_is_found() -> None:
    assert key(f"{HEALTHY}\nweb-1 | {SAID}\n{HEALTHY}\n") == "command-not-found"


@pytest.mark.parametrize("line", ["   4 | >>> COPY app.py ./", "# a comment", " > [2/3] RUN make:", "1.5 GB", "a | b"])
def test_what_only_looks_like_a_prefix_does_no_harm(line: str) -> None:
    assert key(f"{line}\n{SAID}\n") == "command-not-found"
    assert key(line) is None
