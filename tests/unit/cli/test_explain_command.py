"""./tutorial explain: what it reads, what it says, and how it ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator

import pytest

from workbench.cli import main as cli
from workbench.explain.causes import building

EXAMPLE = next(cause for cause in building.CAUSES if cause.key == "unknown-instruction").example


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.fixture(name="_terminal")
def fixture_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let standard input be a terminal."""
    far, near = os.openpty()
    with os.fdopen(near) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        yield
    os.close(far)


@pytest.mark.parametrize("data", [EXAMPLE.encode(), f"\x1b[31m{EXAMPLE}\x1b[0m\r\n".encode(), EXAMPLE.encode("utf-16")])
def test_a_text_is_explained(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    pipe(monkeypatch, data)
    assert cli.main(["explain"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Explained: ")
    assert "\nFix: RUN\n" in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    "data",
    [b"", b"all is well", bytes(range(256)) * 40, b"\0" * 10_000_000],
    ids=["nothing", "healthy", "binary", "10 MB"],
)
def test_what_is_not_known_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    pipe(monkeypatch, data)
    assert cli.main(["explain"]) == 1
    assert capsys.readouterr().out == "No known cause fits. ./tutorial doctor looks at the machine.\n"


@pytest.mark.usefixtures("_terminal")
def test_at_a_terminal_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Usage: ./tutorial explain")
    assert "./tutorial explain <build.log" in said


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("no_engine", "late_sockets")
def test_a_container_needs_an_engine(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "web"]) == 1
    assert capsys.readouterr().err.startswith("No Docker Engine answers")
