"""hadolint itself, and what is said where it is missing or broken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.engine import hadolint as module
from workbench.engine.hadolint import ADVICE, IGNORED, lint
from workbench.errors import TutorialError
from workbench.settings import BASE_IMAGE, PATHS

BASE = f"FROM {BASE_IMAGE}\n"


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("FROM python\n", 1, "DL3006"),
        ("FROM python:latest\n", 1, "DL3007"),
        (BASE + "RUN pip install --no-cache-dir flask\n", 2, "DL3013"),
        (BASE + "RUN pip install Flask==2.2.2\n", 2, "DL3042"),
        (BASE + "CMD python degrees_api.py\n", 2, "DL3025"),
        (BASE + "ADD degrees_api.py /\n", 2, "DL3020"),
        (BASE + "COPY degrees_api.py .\n", 2, "DL3045"),
        (BASE + "MAINTAINER me\n", 2, "DL4000"),
        (BASE + "USER root\n", 2, "DL3002"),
        (BASE + "RUN cd /srv && true\n", 2, "DL3003"),
        (BASE + "RUN sudo true\n", 2, "DL3004"),
        (BASE + 'CMD ["a"]\nCMD ["b"]\n', 3, "DL4003"),
        ("RUN true\n", 1, "DL3061"),
        (BASE + "FRUM x\n", 2, "DL1000"),
    ],
)
def test_a_common_mistake_is_found_with_advice_of_ours(text: str, line: int, code: str) -> None:
    [finding] = [one for one in lint(text) if one.code == code]
    assert (finding.line, finding.text) == (line, text.splitlines()[line - 1])
    assert finding.level in ("error", "warning", "info", "style")
    assert finding.advice.startswith(ADVICE[code].partition("{")[0])


def test_the_dockerfile_of_the_pages_gets_one_remark() -> None:
    assert [(one.line, one.code) for one in lint((PATHS.app / "Dockerfile").read_text())] == [(3, "DL3042")]


def test_a_rule_without_advice_of_ours_says_what_hadolint_says() -> None:
    [finding] = lint(BASE + "EXPOSE 80000\n")
    assert finding.code not in ADVICE
    assert "ports" in finding.advice


@pytest.mark.parametrize(("text", "code"), [("RUN apt-get install -y x\n", "DL3008"), ("USER nobody\n", "DL3066")])
def test_a_rule_that_does_not_hold_here_is_left_out(text: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code not in {one.code for one in lint(BASE + text)}
    monkeypatch.setattr(module, "IGNORED", {})
    assert code in {one.code for one in lint(BASE + text)}


def test_each_rule_that_is_left_out_has_a_reason_and_no_advice() -> None:
    assert all(len(reason) > 20 for reason in IGNORED.values())
    assert not IGNORED.keys() & ADVICE.keys()


def test_the_settings_of_a_machine_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3006]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HADOLINT_IGNORE", "DL3006")
    monkeypatch.setenv("LC_ALL", "C")
    assert [one.code for one in lint("FROM python\n# größe ☃\nRUN echo ☃\n")] == ["DL3006"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "\x00\ud800\r\n"])
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(lint(text), list)


def program(folder: Path, script: str) -> None:
    (folder / "hadolint").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "hadolint").chmod(0o755)


@pytest.fixture(name="elsewhere")
def fixture_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    return tmp_path


def test_where_it_is_missing_the_next_step_is_named(elsewhere: Path) -> None:
    assert elsewhere.is_dir()
    with pytest.raises(TutorialError, match=r"not installed.*\n.*tutorial start"):
        lint(BASE)


@pytest.mark.parametrize(
    ("script", "says"),
    [("echo 'out of memory' >&2; exit 3", "exit code 3: out of memory"), ("exit 0", "exit code 0: it said nothing")],
)
def test_where_it_fails_its_last_word_is_shown(elsewhere: Path, script: str, says: str) -> None:
    program(elsewhere, script)
    with pytest.raises(TutorialError, match=says):
        lint(BASE)


def test_where_it_is_no_program_that_is_said(elsewhere: Path) -> None:
    program(elsewhere, "")
    (elsewhere / "hadolint").chmod(0o644)
    with pytest.raises(TutorialError, match="doesn't start: Permission denied"):
        lint(BASE)


def test_where_it_hangs_it_is_ended(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(elsewhere, "exec /bin/sleep 60")
    monkeypatch.setattr(module, "LINT_TIMEOUT", 0.2)
    with pytest.raises(TutorialError, match="not done after"):
        lint(BASE)
