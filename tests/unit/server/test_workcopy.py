"""The student's copy: what is there stays, whatever is missing comes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import TutorialError
from workbench.server import workcopy
from workbench.server.workcopy import Brought
from workbench.settings import Paths


@pytest.fixture(name="root", autouse=True)
def fixture_root(tmp_path: Path) -> Path:
    """Give a small project: two notebooks, the app, and what others leave beside them."""
    files = {
        "notebooks/01_set_up.ipynb": "first",
        "notebooks/02_work_inside.ipynb": "second",
        "notebooks/.ipynb_checkpoints/01_set_up-checkpoint.ipynb": "old",
        "app/degrees_api.py": "app",
        "app/Dockerfile": "FROM python",
        "app/.dockerignore": "*",
        "app/test_degrees_api.py": "test",
        "app/__pycache__/degrees_api.pyc": "bytes",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    """Read all files of a folder, without our own note of what was handed out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".handed-out.json")
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def notebook(source: str, output: str = "") -> str:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    cell: dict[str, Any] = {
        "cell_type": "code",
        "source": [source],
        "outputs": outputs,
        "metadata": {},
        "execution_count": None,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_the_copy_has_the_notebooks_and_the_app(paths: Paths, root: Path) -> None:
    workcopy.make(paths)
    assert contents(root / "work") == {
        "notebooks/01_set_up.ipynb": "first",
        "notebooks/02_work_inside.ipynb": "second",
        "app/degrees_api.py": "app",
        "app/Dockerfile": "FROM python",
        "app/.dockerignore": "*",
    }


def test_nothing_that_is_there_is_overwritten(paths: Paths, root: Path) -> None:
    workcopy.make(paths)
    (root / "work/notebooks/01_set_up.ipynb").write_text("the student's")
    (root / "work/app/Dockerfile").write_text("")
    (root / "work/app/mine.py").write_text("mine")
    (root / "work/notebooks/02_work_inside.ipynb").unlink()
    workcopy.make(paths)
    assert contents(root / "work") == {
        "notebooks/01_set_up.ipynb": "the student's",
        "notebooks/02_work_inside.ipynb": "second",
        "app/degrees_api.py": "app",
        "app/Dockerfile": "",
        "app/.dockerignore": "*",
        "app/mine.py": "mine",
    }


def test_reset_gives_the_first_state_and_keeps_every_version_of_the_student(paths: Paths, root: Path) -> None:
    workcopy.make(paths)
    target = root / "work/notebooks/01_set_up.ipynb"
    for n in (1, 2):
        target.write_text(f"version {n}")
        assert workcopy.reset(paths, "01") == {target: target.with_name(f"01_set_up.yours-{n}.ipynb")}
    assert contents(target.parent) == {
        "01_set_up.ipynb": "first",
        "01_set_up.yours-1.ipynb": "version 1",
        "01_set_up.yours-2.ipynb": "version 2",
        "02_work_inside.ipynb": "second",
    }


def test_reset_takes_the_page_that_breaks_things_along(paths: Paths, root: Path) -> None:
    (root / "notebooks/02_break_inside.ipynb").write_text("broken")
    workcopy.make(paths)
    chapter, broken = (root / f"work/notebooks/02_{name}.ipynb" for name in ("work_inside", "break_inside"))
    chapter.write_text("mine")
    broken.write_text("mine too")
    kept = {page: page.with_name(f"{page.stem}.yours-1.ipynb") for page in (broken, chapter)}
    assert workcopy.reset(paths, "02") == kept
    assert [path.read_text() for path in (*kept, *kept.values())] == ["broken", "second", "mine too", "mine"]
    assert (root / "work/notebooks/01_set_up.ipynb").read_text() == "first"


def test_reset_of_what_the_student_lost_brings_it_back(paths: Paths, root: Path) -> None:
    assert workcopy.reset(paths, "02") == {root / "work/notebooks/02_work_inside.ipynb": None}
    assert (root / "work/notebooks/02_work_inside.ipynb").read_text() == "second"


def test_reset_of_an_unknown_number_touches_nothing(paths: Paths, root: Path) -> None:
    with pytest.raises(TutorialError, match=r"No notebook has the number 07\.\nThere are 01, 02\."):
        workcopy.reset(paths, "07")
    assert not (root / "work").exists()


@pytest.mark.parametrize("cut", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interrupted_copy_leaves_no_half_file(
    paths: Paths, root: Path, monkeypatch: pytest.MonkeyPatch, cut: type[BaseException] | BaseException
) -> None:
    def write_half(source: str, target: str) -> None:
        Path(target).write_text(Path(source).read_text()[:2])
        raise cut

    with monkeypatch.context() as interrupted:
        interrupted.setattr(shutil, "copy2", write_half)
        with pytest.raises((KeyboardInterrupt, OSError)):
            workcopy.make(paths)
    assert contents(root / "work") == {}
    workcopy.make(paths)
    assert (root / "work/notebooks/01_set_up.ipynb").read_text() == "first"


@pytest.mark.parametrize("name", ["notebooks/01_set_up.ipynb", "app/Dockerfile"])
def test_what_the_student_has_not_touched_is_brought_up_to_date(paths: Paths, root: Path, name: str) -> None:
    assert workcopy.make(paths) == Brought()
    (root / name).write_text("newer")
    assert workcopy.make(paths) == Brought(updated=[root / "work" / name])
    assert (root / "work" / name).read_text() == "newer"
    assert workcopy.make(paths) == Brought()


def test_what_the_student_has_edited_stays_and_is_named(paths: Paths, root: Path) -> None:
    source, target = root / "notebooks/01_set_up.ipynb", root / "work/notebooks/01_set_up.ipynb"
    source.write_text(notebook("first"))
    workcopy.make(paths)
    target.write_text(notebook("the student's"))
    assert workcopy.make(paths) == Brought(), "there is nothing newer yet"
    source.write_text(notebook("newer"))
    for _ in range(2):
        assert workcopy.make(paths) == Brought(edited=[target])
        assert target.read_text() == notebook("the student's")
    workcopy.reset(paths, "01")
    assert target.read_text() == notebook("newer")
    assert workcopy.make(paths) == Brought()


def test_a_notebook_that_was_only_run_is_set_aside_for_the_newer_one(paths: Paths, root: Path) -> None:
    source, target = root / "notebooks/01_set_up.ipynb", root / "work/notebooks/01_set_up.ipynb"
    source.write_text(notebook("first", "stored"))
    workcopy.make(paths)
    target.write_text(notebook("first", "the student's output"))
    assert workcopy.make(paths) == Brought()
    source.write_text(notebook("newer", "stored"))
    kept = target.with_name("01_set_up.yours-1.ipynb")
    assert workcopy.make(paths) == Brought(set_aside={target: kept})
    assert (target.read_text(), kept.read_text()) == (source.read_text(), notebook("first", "the student's output"))


def test_new_files_come_along(paths: Paths, root: Path) -> None:
    workcopy.make(paths)
    (root / "notebooks/03_write_dockerfile.ipynb").write_text("third")
    assert workcopy.make(paths) == Brought()
    assert (root / "work/notebooks/03_write_dockerfile.ipynb").read_text() == "third"


def test_a_copy_of_an_earlier_version_counts_as_edited_where_it_differs(paths: Paths, root: Path) -> None:
    workcopy.make(paths)
    (root / "work/.handed-out.json").unlink()
    (root / "app/Dockerfile").write_text("newer")
    assert workcopy.make(paths) == Brought(edited=[root / "work/app/Dockerfile"])
    (root / "notebooks/01_set_up.ipynb").write_text("newer too")
    assert workcopy.make(paths) == Brought(
        updated=[root / "work/notebooks/01_set_up.ipynb"], edited=[root / "work/app/Dockerfile"]
    )


def test_an_edit_that_became_the_newer_version_is_no_edit(paths: Paths, root: Path) -> None:
    workcopy.make(paths)
    for file in (root / "app/Dockerfile", root / "work/app/Dockerfile"):
        file.write_text("the same")
    assert workcopy.make(paths) == Brought()
    (root / "app/Dockerfile").write_text("newer")
    assert workcopy.make(paths) == Brought(updated=[root / "work/app/Dockerfile"])


def test_newer_outputs_come_where_the_notebook_was_not_run(paths: Paths, root: Path) -> None:
    names = ("01_set_up.ipynb", "02_work_inside.ipynb")
    for name in names:
        (root / "notebooks" / name).write_text(notebook("first", "stored"))
    workcopy.make(paths)
    (root / "work/notebooks" / names[1]).write_text(notebook("first", "the student's output"))
    for name in names:
        (root / "notebooks" / name).write_text(notebook("first", "stored later"))
    assert workcopy.make(paths) == Brought(updated=[root / "work/notebooks" / names[0]])
    assert (root / "work/notebooks" / names[1]).read_text() == notebook("first", "the student's output")
