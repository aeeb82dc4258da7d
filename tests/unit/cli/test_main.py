"""The command line: exit codes, clear lines instead of tracebacks, and Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from docker.errors import APIError
from nbformat.v4 import new_code_cell, new_notebook
from requests.exceptions import ConnectionError as EngineGone
from urllib3.exceptions import ProtocolError

from tests.support.waiting import wait_until
from tests.unit.checkouts import lay_out
from workbench import checks
from workbench.checks import exercise_log
from workbench.cli import main as cli
from workbench.errors import TutorialError
from workbench.settings import PATHS, Paths
from workbench.system import apt, processes

COMMANDS = [
    "start",
    "stop",
    "clean",
    "reset",
    "progress",
    "check",
    "doctor",
    "explain",
    "test",
    "record",
    "book",
    "bench",
]


@pytest.fixture(autouse=True)
def fixture_state(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(processes, "STARTED", [])
    # An interrupted call ignores Ctrl-C from then on, and so would all that this process starts later.
    before = {number: signal.getsignal(number) for number in processes.ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def replace_stop(monkeypatch: pytest.MonkeyPatch, act: Callable[[], int]) -> None:
    monkeypatch.setattr(cli.stop, "callback", act)


def raising(error: BaseException) -> Callable[[], int]:
    def act() -> int:
        raise error

    return act


@pytest.mark.parametrize("command", ["reset", "record"])
def test_an_unknown_number_is_a_clear_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, "99"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("No notebook has the number 99.\nThere are 0")
    assert said.out == ""


def test_the_traceback_is_shown_on_demand(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--debug", "reset", "99"], paths) == 1
    assert capsys.readouterr().err.startswith("Traceback (most recent call last):")


@pytest.mark.parametrize(
    "port", ["0", "80", "1023", "65536", "-1", "abc", "", "²", "8888.0", "1e4", " 8888", "9" * 5000]
)
def test_what_is_no_port_is_refused(paths: Paths, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["start", f"--port={port}"], paths) == 2
    said = capsys.readouterr().err
    assert said.splitlines()[-1].startswith("Error: Invalid value for '--port': ")


@pytest.mark.parametrize("port", ["1024", "8888", "65535"])
def test_what_is_a_port_is_taken(paths: Paths, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[dict[str, object]] = []
    monkeypatch.setattr(cli.start, "callback", lambda **options: taken.append(options))
    assert cli.main(["start", "--port", port], paths) == 0
    assert taken == [{"yes": False, "port": int(port)}]


@pytest.mark.parametrize("line", [[], ["begin"], ["reset"], ["stop", "now"], ["clean", "--everything"]])
def test_what_is_no_command_is_told_how_to_ask(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(line) == 2
    said = capsys.readouterr()
    assert said.err.startswith("Usage: ./tutorial")
    assert said.out == ""


@pytest.mark.parametrize(
    ("line", "meant"), [(["strat"], "start"), (["explian"], "explain"), (["clean", "--yse"], "--yes")]
)
def test_a_mistyped_word_gets_a_suggestion(line: list[str], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(line) == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"Did you mean '{meant}'?")


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_command_in_the_order_of_use(
    paths: Paths, flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([flag], paths) == 0
    said = capsys.readouterr().out
    assert re.findall(r"^  ([a-z]+) ", said.partition("Commands:")[2], re.MULTILINE) == COMMANDS
    assert "..." not in said.partition("Commands:")[2], "a line that is cut off"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does(paths: Paths, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, "--help"], paths) == 0
    assert capsys.readouterr().out.startswith(f"Usage: ./tutorial {command} ")


def test_help_loads_no_command() -> None:
    code = "import sys; from workbench.cli.main import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms = {name.split(".")[1] for name in done.stderr.split() if name.startswith("workbench.")}
    assert rooms == {"cli", "engine", "errors", "settings", "system", "text"}
    assert not {"nbclient", "nbformat", "IPython", "jsonschema"} & set(done.stderr.split())


@pytest.mark.parametrize(
    "error",
    [
        TutorialError("It failed.", "Do this."),
        APIError("conflict: a container uses the image"),
        EngineGone("Connection aborted"),
        ProtocolError("Connection broken: IncompleteRead"),
        PermissionError(13, "Permission denied", "registry.port"),
        OSError(28, "No space left on device"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_error_that_a_user_can_meet_is_a_traceback(
    paths: Paths, error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_stop(monkeypatch, raising(error))
    assert cli.main(["stop"], paths) == 1
    said = capsys.readouterr().err
    assert str(error) in said
    assert "Traceback" not in said
    assert len(said.splitlines()) >= 2, "what went wrong, and the next step"
    assert cli.main(["--debug", "stop"], paths) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.fixture(name="noted")
def fixture_noted(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a student's copy in which one exercise is done."""
    monkeypatch.setattr(cli, "CI", False)
    paths.work.mkdir()
    exercise_log.note(paths, "two-states")
    return exercise_log.file(paths)


@pytest.mark.usefixtures("noted")
def test_progress_names_every_exercise(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["progress"], paths) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in checks.CHECKS)
    assert f"\n1 of {len(checks.CHECKS)} exercises are done.\n" in said


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 1)])
def test_beginning_anew_asks_and_keeps_the_old(
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: bool,
    code: int,
) -> None:
    noted, asked = exercise_log.file(paths), list[str]()

    def agreed(question: str) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(apt, "agreed", agreed)
    before = noted.read_bytes()
    assert cli.main(["progress", "--reset"], paths) == code
    assert asked == ["Forget which exercises are done?"]
    kept = noted.with_name("progress.yours-1.json") if answer else noted
    assert kept.read_bytes() == before
    assert noted.exists() is not answer
    said = (
        "You start over. Your old progress is kept as work/progress.yours-1.json." if answer else "Nothing was changed."
    )
    assert capsys.readouterr().out == f"{said}\n"


def test_beginning_anew_can_be_told_not_to_ask(paths: Paths, noted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["progress", "--reset", "--yes"], paths) == 0
    assert cli.main(["progress", "--reset", "--yes"], paths) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "No exercise is noted down."
    assert [path.name for path in noted.parent.glob("*.json")] == ["progress.yours-1.json"]


def test_stop_with_nothing_to_stop_says_so(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stop"], paths) == 0
    assert capsys.readouterr().out == "Nothing of ours was running.\n"


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_stop_stops_the_lab_before_the_engine(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("dockerd", "lab"):
        processes.start(paths, name, ["sleep", "60"])
    assert cli.main(["stop"], paths) == 0
    assert capsys.readouterr().out == "Stopped: lab, dockerd.\n"


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
@pytest.mark.parametrize("number", processes.ENDING)
def test_ctrl_c_stops_what_this_call_started(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    signal.signal(number, signal.SIG_DFL)  # the tests themselves may run under nohup
    processes.start(paths, "of last time", ["sleep", "60"])
    processes.STARTED.clear()

    def start_and_be_interrupted() -> int:
        processes.start(paths, "helper", ["sleep", "60"])
        signal.raise_signal(number)
        return 0

    replace_stop(monkeypatch, start_and_be_interrupted)
    assert cli.main(["stop"], paths) == 128 + number
    assert "Interrupted: stopped helper." in capsys.readouterr().err
    assert processes.running(paths, "helper") is None
    handlers = {signal.getsignal(one) for one in processes.ENDING}
    assert handlers == {signal.SIG_IGN}, "a second would leave things half stopped"
    assert processes.stop(paths, "of last time")


def test_ctrl_c_while_a_page_is_recorded_leaves_the_page_and_no_kernel(tmp_path: Path) -> None:
    lay_out(tmp_path)
    page = tmp_path / "notebooks/01_sleep.ipynb"
    page.parent.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell("open('begun', 'w').close()\nimport time; time.sleep(60)")]), page)
    before = page.read_text()
    command = [sys.executable, "-m", "workbench.cli.main", "record", "01"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as recording:
        wait_until((page.parent / "begun").exists)
        [kernel] = psutil.Process(recording.pid).children(recursive=True)
        recording.send_signal(signal.SIGINT)
        _out, said = recording.communicate()
    assert recording.returncode == 130
    assert "Interrupted. Run it again any time." in said.splitlines()
    assert "workbench" not in said, "the kernel may tell how it ended, we show no traceback"
    assert not kernel.is_running()
    assert page.read_text() == before


@pytest.mark.parametrize("line", ["progress", "--help"])
def test_a_reader_that_has_gone_is_no_failure_of_the_disk(line: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run([PATHS.root / "tutorial", line], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (128 + signal.SIGPIPE, b"")


def test_ctrl_c_while_it_loads_shows_no_traceback() -> None:
    with subprocess.Popen(
        [PATHS.root / "tutorial", "--help"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as loading:
        wait_until(lambda: "workbench.cli.main" in psutil.Process(loading.pid).cmdline())
        loading.send_signal(signal.SIGINT)
        _out, said = loading.communicate()
    assert said == b""
    assert loading.returncode == 0


def test_what_lies_in_the_current_folder_is_not_taken_for_a_package(tmp_path: Path) -> None:
    (tmp_path / "docker.py").write_text("raise SystemExit('not this one')\n")
    done = subprocess.run(
        [PATHS.root / "tutorial", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
