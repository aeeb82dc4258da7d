"""What you make with the ``docker`` command counts for an exercise, and stays yours."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import docker
import psutil
import pytest

from tests.docker.checks.exercise_workspace import LISTENS
from workbench import checks
from workbench.checks import exercise_log
from workbench.checks.engine_state import CheckResult
from workbench.cli import main as cli
from workbench.engine import by_hand
from workbench.lesson import open_pages
from workbench.lesson.session import Lesson
from workbench.provision import cleanup
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS, Paths

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("plain")]
SUM = f"FROM {BASE_IMAGE}\nRUN echo {'0' * 64} > /sum\n"
SERVES = f'FROM {BASE_IMAGE}\nCOPY degrees_api.py /\nCOPY degrees_api.py /degrees\nCMD ["python", "/degrees_api.py"]\n'


class Terminal:
    """Where you type ``docker`` commands, without a label in any of them, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._containers: list[str] = []

    def docker(self, *arguments: str) -> str:
        """Type a command; give what it prints."""
        environment = {**os.environ, "DOCKER_BUILDKIT": "0"}
        typed = subprocess.run(
            ["docker", *arguments], cwd=self.folder, env=environment, check=True, capture_output=True, text=True
        )
        return typed.stdout.strip()

    def build(self, name: str, dockerfile: str, program: str = LISTENS) -> None:
        """Build an image in the folder."""
        (self.folder / "Dockerfile").write_text(dockerfile)
        (self.folder / "degrees_api.py").write_text(program)
        self.docker("build", "-q", "-t", name, ".")

    def run(self, *arguments: str) -> str:
        """Run a container in the background; give its name."""
        container = self.docker("run", "-d", *arguments)
        self._containers.append(container)
        return self.docker("inspect", "--format", "{{.Name}}", container).lstrip("/")

    def leave(self, repository: str) -> None:
        """Remove all that was made here."""
        for container in self._containers:
            subprocess.run(["docker", "rm", "-fv", container], check=False, capture_output=True)
        for name in self.docker("images", "--format", "{{.Repository}}:{{.Tag}}", repository).split():
            self.docker("rmi", name)


@pytest.fixture(name="terminal")
def fixture_terminal(tmp_path: Path, plain: str) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.leave(plain)


def checked(lesson: Lesson, exercise: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    lesson.check(exercise)
    return capsys.readouterr().out.splitlines()


def test_an_image_from_the_command_line_counts_and_stays(
    client: docker.DockerClient, plain: str, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = Lesson(client)
    lesson.exercises("03_write_dockerfile")
    terminal.build(f"{plain}:sum", SUM)
    verdict, remark = checked(lesson, "no-leftovers", capsys)
    assert verdict == f"Well done: {plain}:sum has the checksum, and no layer holds the file."
    assert remark.startswith(f"Yours, so the page leaves it where it is: image {plain}:sum.")
    lesson.clean_up()
    assert client.images.get(f"{plain}:sum")


def test_containers_from_the_command_line_count_since_the_page_began(
    client: docker.DockerClient, plain: str, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.build(f"{plain}:1.0", SERVES)
    first = terminal.run("-p", f"{LOOPBACK}::5000", f"{plain}:1.0")
    lesson = Lesson(client)
    lesson.exercises("05_run_and_test")
    lesson.build()
    assert lesson.repository == f"{plain}-2"
    second = terminal.run("-p", f"{LOOPBACK}::5000", f"{plain}:1.0")
    assert checked(lesson, "two-doors", capsys)[0].startswith("Not yet: ")
    third = terminal.run("-p", f"{LOOPBACK}::5000", f"{plain}:1.0")
    verdict, remark = checked(lesson, "two-doors", capsys)
    assert verdict == f"Well done: two containers run from {plain}:1.0, and both answer."
    assert second in remark
    assert third in remark
    assert first not in remark
    lesson.clean_up()
    assert {client.containers.get(name).status for name in (first, second, third)} == {"running"}


def test_what_you_commit_from_the_pages_container_counts(
    client: docker.DockerClient, plain: str, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.build(f"{plain}:mine", SUM)
    lesson = Lesson(client)
    box = client.containers.run(BASE_IMAGE, ["sleep", "600"], detach=True, labels=lesson.labels)
    box.exec_run(["sh", "-c", "touch $(python -c 'import site; print(site.getsitepackages()[0])')/flask.py"])
    terminal.docker("commit", str(box.name), f"{plain}:by-hand")
    assert checked(lesson, "kept-by-hand", capsys)[0].startswith("Well done: ")
    lesson.clean_up()


def test_with_two_copies_of_a_page_neither_claims_it_and_both_say_so(
    client: docker.DockerClient, plain: str, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = Lesson(client), Lesson(client)
    for lesson in (one, two):
        lesson.exercises("03_write_dockerfile")
    terminal.build(f"{plain}:sum", SUM)
    for lesson in (one, two):
        verdict, remark = checked(lesson, "no-leftovers", capsys)
        assert verdict.startswith(f"Not yet: no image has the name {lesson.repository}:sum")
        assert remark == (
            f"Two copies of this page are open, so neither counts what has no labels: image {plain}:sum. "
            "Close one of them."
        )
    two.clean_up()
    assert checked(one, "no-leftovers", capsys)[0].startswith("Well done: ")
    one.clean_up()


def test_another_page_that_is_open_is_no_copy(
    client: docker.DockerClient, plain: str, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = Lesson(client), Lesson(client)
    one.exercises("01_set_up")
    two.exercises("03_write_dockerfile")
    terminal.build(f"{plain}:sum", SUM)
    assert checked(two, "no-leftovers", capsys)[0].startswith(f"Well done: {plain}:sum has")
    for lesson in (one, two):
        lesson.clean_up()


def test_a_process_that_has_ended_has_no_page_open(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_pages, "user_folder", lambda _paths, _name: paths.root)
    own = open_pages.note(paths, open_pages.OpenPage("u/degrees_api", 1.0, "01_set_up"))
    copy = open_pages.note(paths, open_pages.OpenPage("u/degrees_api-2", 2.0))
    open_pages.note(paths, open_pages.OpenPage("u/degrees_api-3", 3.0, "02_work_inside"))
    open_pages.note(paths, open_pages.OpenPage("u/degrees_api-by", 4.0))
    assert open_pages.copies(paths, own, "u/degrees_api") == [copy]
    monkeypatch.setattr(psutil.Process, "create_time", lambda _self: 0.0)
    assert open_pages.copies(paths, own, "u/degrees_api") == []


def test_in_notebooks_itself_only_labels_count(
    client: docker.DockerClient,
    plain: str,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(PATHS.notebooks)
    lesson = Lesson(client)
    terminal.build(f"{plain}:1.0", SERVES)
    terminal.run("-p", f"{LOOPBACK}::5000", f"{plain}:1.0")
    said = checked(lesson, "one-door", capsys)
    assert said == [f"Not yet: there is no container of {plain}:1.0 any more. Which call starts one?"]
    lesson.clean_up()


def test_a_terminal_gets_the_verdict(
    client: docker.DockerClient, plain: str, terminal: Terminal, capsys: pytest.CaptureFixture[str], paths: Paths
) -> None:
    assert cli.main(["check", "no-leftovers"], paths) == 1
    assert capsys.readouterr().out.startswith(f"Not yet: no image has the name {plain}:sum")
    terminal.build(f"{plain}:sum", SUM)
    assert cli.main(["check", "no-leftovers"], paths) == 0
    assert capsys.readouterr().out.startswith(f"Well done: {plain}:sum has the checksum")
    lesson = Lesson(client)
    lesson.exercises("03_write_dockerfile")
    assert cli.main(["check", "no-leftovers"], paths) == 0, "with the page open, too"
    lesson.clean_up()
    assert cli.main(["check", "fly"], paths) == 1
    assert "There is no check named 'fly'." in capsys.readouterr().err


def test_a_terminal_gets_the_verdict_on_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], paths: Paths
) -> None:
    (paths.work / "notebooks").mkdir(parents=True)
    made = {name: (lambda _engine, name=name: CheckResult(name == "one", "so.")) for name in ("one", "two")}
    monkeypatch.setattr(checks, "CHECKS", made)
    monkeypatch.setattr(checks, "PAGES", {"01_set_up": made})
    assert cli.main(["check"], paths) == 1
    assert capsys.readouterr().out == "one: Well done: so.\ntwo: Not yet: so.\n"
    assert list(exercise_log.read(paths)) == ["one"]


def test_clean_removes_what_is_yours_only_where_you_say_so(
    client: docker.DockerClient,
    plain: str,
    terminal: Terminal,
    capsys: pytest.CaptureFixture[str],
    paths: Paths,
) -> None:
    terminal.build(f"{plain}:1.0", SERVES)
    of_the_base = terminal.run(BASE_IMAGE, "sleep", "600")
    strangers = terminal.run(BASE_IMAGE, "sleep", "600")
    mine = terminal.run(f"{plain}:1.0")
    by_hand.note(paths, [str(client.containers.get(of_the_base).id)])
    for answer in (False, True):
        with mock.patch.object(cleanup, "agreed", return_value=answer):
            cleanup.offer_yours(paths, client, ask=True)  # the rest would clean what other tests need
        said = capsys.readouterr().out
        assert f"  {mine} (of the image {plain}:1.0, since" in said
        assert f"  {of_the_base} (of" in said
        assert f"  {plain}:1.0\n" in said
        assert strangers not in said
        left = {one.name for one in client.containers.list(all=True, ignore_removed=True)}
        assert ({mine, of_the_base} <= left) is not answer
        assert strangers in left
    assert by_hand.found(paths, client, plain) == ([], [])


def test_what_you_changed_in_your_app_is_what_counts(
    client: docker.DockerClient,
    plain: str,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for folder in ("app", "notebooks"):
        (terminal.folder / "work" / folder).mkdir(parents=True)
    (terminal.folder / "work/app/requirements.txt").write_text("thing[more] == 1.0  # yours\nother\n-r more.txt\n")
    monkeypatch.chdir(terminal.folder / "work/notebooks")
    lesson = Lesson(client)
    for versions, said in (
        ({"thing": "2.0", "other": "7"}, "Not yet: requirements.txt asks for thing 1.0, and the image has 2.0."),
        ({"thing": "1.0"}, "Not yet: requirements.txt asks for other, and the image has none."),
        ({"thing": "1.0", "other": "7"}, f"Well done: {plain}:from-file has every version"),
    ):
        terminal.build(f"{plain}:from-file", SERVES + "".join(installed(*one) for one in versions.items()))
        assert checked(lesson, "installed-from-file", capsys)[0].startswith(said)
    lesson.clean_up()


def installed(name: str, version: str) -> str:
    """Write the instruction that lets Python find a package."""
    place = f"$(python -c 'import site; print(site.getsitepackages()[0])')/{name}-{version}.dist-info"
    about = f"Metadata-Version: 2.1\\\\nName: {name}\\\\nVersion: {version}\\\\n"
    return f'RUN mkdir "{place}" && printf "{about}" > "{place}/METADATA"\n'
