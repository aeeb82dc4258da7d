"""Text of others, made to deceive, in each place that shows some: no terminal acts on it, no reader overlooks it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from tests.support.waiting import wait_until
from workbench import doctor
from workbench.book.notebooks import WIDGETS
from workbench.book.sphinx_ext import widget_snapshots
from workbench.checks.engine_state import CheckResult
from workbench.cli import main as cli
from workbench.doctor.finding import Finding, ProbeResult, Question
from workbench.doctor.probing import Probe, examine
from workbench.doctor.targets import Targets
from workbench.engine import build_context, labels
from workbench.engine.container_status import ContainerStatus, PublishedPort, read_status
from workbench.engine.events import Reader
from workbench.engine.hadolint import lint
from workbench.engine.http_request import Answer
from workbench.engine.image_layers import ImageLayers, Instruction
from workbench.engine.ports import PortHolder
from workbench.engine.state_diff import State, differences
from workbench.errors import TutorialError
from workbench.explain import explain
from workbench.lesson.explain_hook import Hook
from workbench.system import processes
from workbench.widgets import request
from workbench.widgets.base import View
from workbench.widgets.context import ContextView
from workbench.widgets.editor import Actions, EditorView
from workbench.widgets.exercises import ExercisesView
from workbench.widgets.layers import LayersView
from workbench.widgets.machine import MachineView
from workbench.widgets.progress import ProgressView, watch
from workbench.widgets.run import Actions as RunActions
from workbench.widgets.run import RunPanel
from workbench.widgets.terminal import TerminalView

# Turns the direction, hides, sets a window's title, colors, and is half a character: bytes that are not UTF-8.
EVIL = "a\u202eb\u2066c\u200bd\u200ee\ufefff\x1b]0;g\x07h\x9b31mi\udcffj\u061ck"
QUESTION = Question("engine", "Does it answer?", "Every step talks to it.")


def hidden(text: str) -> list[str]:
    """Find what a terminal acts on or a reader can't see."""
    found = {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - {"\n", "\t"}
    return sorted(map(ascii, found))


def texts(view: View) -> Iterator[str]:
    """Give all that a view shows or reads out, with and without a kernel, but for what a reader edits in it."""
    yield from (view.snapshot, repr(view))
    widgets: list[Any] = [view]
    while widgets:
        widget = widgets.pop()
        widgets += getattr(widget, "children", ())
        names = ("description", "tooltip", *(["value"] if isinstance(widget, ipywidgets.HTML) else []))
        yield from (str(getattr(widget, name, "")) for name in names)


def of_context(folder: Path) -> View:
    (folder / EVIL).mkdir()
    (folder / EVIL / f"{EVIL}.env").touch()
    (folder / f"{EVIL}.pem").touch()
    (folder / f"{EVIL}.log").touch()
    (folder / ".dockerignore").write_text("*\u200e*.log\n", encoding="utf-8")
    view = ContextView(build_context.read(folder))
    assert "1 left out" in repr(view)
    return view


def of_editor(_folder: Path) -> View:
    text = f"FROM python:{EVIL}\nRUN {EVIL}\n{EVIL} x\n# {EVIL}\n".encode(errors="replace").decode()
    other = [text, text + EVIL]
    view = EditorView(EVIL, EVIL, Actions(other.pop, lambda _text: None, lint, list))
    view.text.value += "mine"
    view.save.click()
    assert "Theirs" in view.conflict.value
    return view


def of_layers(_folder: Path) -> View:
    return LayersView(ImageLayers(EVIL, EVIL, 1, 1, (Instruction(f"RUN {EVIL}", 1, "sha256:1"),)))


def of_progress(_folder: Path) -> View:
    view, reader = ProgressView(EVIL), Reader()
    stream: list[dict[str, Any]] = [
        {"stream": f"Step 1/1 : RUN {EVIL}\n"},
        {"stream": f"{EVIL}\n"},
        {"id": EVIL, "status": f"Downloading {EVIL}"},
    ]
    with pytest.raises(TutorialError) as failure:
        list(reader.read([*stream, {"error": EVIL}]))
    view.show(reader.progress())
    view.fail(f"{failure.value} {EVIL}")
    return view


def of_run_panel(_folder: Path) -> View:
    attributes = {"Name": f"/{EVIL}", "State": {"Status": "exited", "Error": EVIL}, "NetworkSettings": {}}
    seen = read_status({**attributes, "HostConfig": {}}, EVIL.encode(errors="surrogateescape"))
    seen = ContainerStatus(
        seen.name, seen.status, published=(PublishedPort(EVIL, EVIL, EVIL),), log=seen.log, note=seen.note
    )
    actions = RunActions(lambda _port: None, lambda: None, lambda: None, lambda: seen, lambda _port: EVIL, lambda: None)
    return RunPanel(EVIL, seen, actions, 5000)


def of_machine(_folder: Path) -> View:
    view = MachineView([QUESTION], lambda: [Finding(QUESTION, ProbeResult("problem", EVIL, EVIL, EVIL))])
    view.button.click()
    wait_until(lambda: "1 problem" in view.status.value and not view.button.disabled)
    return view


def of_exercises(_folder: Path) -> View:
    view = ExercisesView(EVIL, {EVIL: [EVIL]}, kept=True)
    view.problem = EVIL
    return view


def of_request(_folder: Path) -> View:
    patch = pytest.MonkeyPatch()
    patch.setattr(request, "ask", lambda _url: Answer(EVIL, (EVIL,), EVIL, EVIL))
    with patch.context():
        view = request.RequestView(5000)
    patch.undo()
    return view


@pytest.mark.parametrize(
    "make",
    [of_context, of_editor, of_layers, of_progress, of_run_panel, of_machine, of_exercises, of_request],
)
def test_a_view_shows_what_others_have_hidden(make: Callable[[Path], View], tmp_path: Path) -> None:
    view = make(tmp_path)
    assert hidden("".join(texts(view))) == []
    assert "\\u202e" in view.snapshot, "it is shown, and not left out"


class Line:
    """Takes what is typed."""

    def write(self, data: bytes) -> None:
        """Type."""

    def resize(self, columns: int, rows: int) -> None:
        """Tell the size."""

    def close(self) -> None:
        """End."""

    def wake(self) -> None:
        """Go on."""


def test_of_a_terminal_what_is_stored_is_safe_to_look_at() -> None:
    view = TerminalView(EVIL, 1, Line(), b"")
    view.show("one\u202etwo\ufeff \N{WOMAN}\u200d\N{MICROSCOPE} three\n".encode())
    view.finish(EVIL)
    assert hidden(view.snapshot + view.label + repr(view) + view.transcript) == []
    assert view.transcript == "one\\u202etwo\\ufeff \N{WOMAN}\N{MICROSCOPE} three"
    view.close()


def test_the_book_names_a_view_safely() -> None:
    state = {"1": {"state": {"snapshot": "<p>seen</p>"}}}
    output = {"data": {"text/plain": [f"<run panel of {EVIL}>"], widget_snapshots.WIDGET_VIEW: {"model_id": "1"}}}
    notebook = {
        "metadata": {"widgets": {WIDGETS: {"state": state}}},
        "cells": [{"outputs": [output]}],
    }
    widget_snapshots.show_snapshots(notebook)
    assert hidden(str(output["data"]["text/html"])) == []


def state(*names: str) -> State:
    things = frozenset(names)
    return State(
        images={name: (name,) for name in names},
        layers=frozenset(),
        containers={name: (name, "running") for name in names},
        ports=frozenset((name, name, name) for name in names),
        volumes=things,
        networks=things,
    )


NAMES = labels.Swept([EVIL], [EVIL], [f"{EVIL}\nremoved"], [EVIL])
LISTED = {"Image": EVIL, "Created": 0, "Labels": {"containers-hands-on.session": EVIL}}


@pytest.mark.parametrize(
    "text",
    [
        str(TutorialError(EVIL, EVIL)),
        str(CheckResult(ok=False, message=EVIL)),
        str(PortHolder("process", EVIL, 1)),
        labels.whose(LISTED),
        " ".join(NAMES.names()),
        " ".join(differences(state(), state(EVIL))),
        " ".join(differences(state(EVIL), state())),
        str(explain(f"Error response from daemon: network web not found {EVIL}")),
        str(explain(f"ERROR: No matching distribution found for {EVIL}\n")),
    ],
    ids=["error", "verdict", "holder", "whose", "swept", "gained", "lost", "explanation", "of a package"],
)
def test_a_text_shows_what_others_have_hidden(text: str) -> None:
    assert hidden(text) == []


def test_a_name_does_not_begin_a_line_of_its_own() -> None:
    assert "\n" not in "".join([*NAMES.names(), *differences(state(), state(f"{EVIL}\n- image"))])


def probe(_machine: object) -> ProbeResult:
    return ProbeResult("problem", f"taken by {EVIL}\x7f", EVIL, EVIL)


def fails(_machine: object) -> ProbeResult:
    raise OSError(EVIL)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_doctor_prints_what_others_have_hidden(
    form: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    probes = [Probe(QUESTION, probe), Probe(Question("disk", "", ""), fails)]
    findings = examine(probes, Targets())
    monkeypatch.setattr(doctor, "examine", lambda _around: findings)
    assert cli.main(["doctor", *form]) == 1
    said = capsys.readouterr().out
    assert hidden(said) == []
    if form:
        assert hidden(json.loads(said)["findings"][0]["found"]) == []


@pytest.mark.parametrize("error", [TutorialError(EVIL, EVIL), FileNotFoundError(2, EVIL, EVIL)], ids=["ours", "disk"])
def test_the_command_line_prints_what_others_have_hidden(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_arguments: object) -> int:
        raise error

    monkeypatch.setattr(processes, "stop", fail)
    assert cli.main(["stop"]) == 1
    assert hidden(capsys.readouterr().err) == []


def test_a_cell_prints_what_others_have_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    events = [{"stream": f"Step 1/1 : RUN {EVIL}\n"}, {"stream": "Successfully built 0123456789ab\n"}]
    watch(events, EVIL)

    class Result:
        error_in_exec = ImportError(f"No module named {EVIL}")

    Hook()(Result())
    printed = capsys.readouterr().out
    assert "Step 1/1 : RUN a\\u202e" in printed
    assert hidden(printed) == []
