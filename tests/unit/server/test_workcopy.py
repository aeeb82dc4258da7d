"""The student's copy: what is there stays, whatever is missing comes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.errors import TutorialError
from workbench.server import workcopy
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
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


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
    notebook = root / "work/notebooks/01_set_up.ipynb"
    for n in (1, 2):
        notebook.write_text(f"version {n}")
        assert workcopy.reset(paths, "01") == {notebook: notebook.with_name(f"01_set_up.yours-{n}.ipynb")}
    assert contents(notebook.parent) == {
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
    kept = {notebook: notebook.with_name(f"{notebook.stem}.yours-1.ipynb") for notebook in (broken, chapter)}
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
