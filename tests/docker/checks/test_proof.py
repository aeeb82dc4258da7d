"""A proof holds for the files that a green run has seen, and for no others."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from workbench.settings import PATHS

from .proof import FOLDER, Proof, survivors

SET_UP, BREAK_RUN = "tests.docker.checks.test_set_up", "tests.docker.checks.test_break_run"
SHARE = "tests.docker.checks.test_share"


@pytest.fixture
def proof(tmp_path: Path) -> Proof:
    """Give a proof of a checkout that has the inputs of chapter 01 and nothing else."""
    for name in Proof(SET_UP).inputs():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((PATHS.root / name).read_bytes())
    made = Proof(SET_UP, tmp_path, tmp_path / "proven")
    made.write()
    return made


def test_the_inputs_are_all_that_decides() -> None:
    assert set(Proof(SHARE).inputs()) > {
        "app/Dockerfile",
        "app/degrees_api.py",
        "notebooks/06_share.ipynb",
        "pyproject.toml",
        "requirements-test.txt",
        "requirements.txt",
        "tests/conftest.py",
        "tests/docker/checks/catalogue.py",
        "tests/docker/checks/conftest.py",
        "tests/docker/checks/engine_record.py",
        "tests/docker/checks/exercise_workspace.py",
        "tests/docker/checks/mutation.py",
        "tests/docker/checks/state_cache.py",
        "tests/docker/checks/test_share.py",
        "workbench/checks/engine_state.py",
        "workbench/checks/share.py",
        "workbench/engine/ports.py",
        "workbench/provision/registries.py",
        "workbench/settings.py",
    }
    assert "workbench/lesson/session.py" in Proof(BREAK_RUN).inputs(), "the cells of the page import it"


def test_a_change_of_any_input_ends_the_proof(proof: Proof, tmp_path: Path) -> None:
    assert proof.holds()
    for name in proof.inputs():
        file = tmp_path / name
        before = file.read_bytes()
        if file.suffix == ".ipynb":
            file.write_bytes(before.replace(b"lesson.check(", b"lesson.look_at("))
        else:
            file.write_bytes(before + b"\n")
        assert not proof.holds(), name
        file.write_bytes(before)
    assert proof.holds()


def test_what_a_page_only_says_decides_nothing(proof: Proof, tmp_path: Path) -> None:
    page = tmp_path / "notebooks/01_set_up.ipynb"
    notebook = nbformat.read(page, as_version=4)
    notebook.cells[0].source += "\n\nOne more sentence.\n"
    nbformat.write(notebook, page)
    assert proof.holds()
    notebook.cells[0].source += "\n```{dropdown} A solution\n```python\nanother()\n```\n"
    nbformat.write(notebook, page)
    assert not proof.holds()


def test_what_was_never_run_is_not_proven(tmp_path: Path) -> None:
    assert not Proof(SHARE, PATHS.root, tmp_path).holds()


@pytest.fixture
def unproven(tmp_path: Path) -> Proof:
    """Give a proof that no run has left yet."""
    return Proof(SHARE, PATHS.root, tmp_path)


@pytest.mark.parametrize("weekly", [False, True])
@pytest.mark.parametrize("record", [False, True])
def test_only_a_green_run_that_is_asked_to_leaves_a_hash(unproven: Proof, *, weekly: bool, record: bool) -> None:
    assert survivors(unproven, lambda: ["a mutant"], weekly=weekly, record_proofs=record) == ["a mutant"]
    assert not unproven.holds()
    assert survivors(unproven, list, weekly=weekly, record_proofs=record) == []
    assert unproven.holds() == record


@pytest.mark.parametrize(("weekly", "tried"), [(False, []), (True, ["a mutant"])])
def test_a_proof_saves_a_run_but_for_the_weekly_one(unproven: Proof, *, weekly: bool, tried: list[str]) -> None:
    unproven.write()
    assert survivors(unproven, lambda: ["a mutant"], weekly=weekly, record_proofs=False) == tried


def test_a_run_during_which_a_file_was_edited_leaves_no_hash(proof: Proof, tmp_path: Path) -> None:
    edited = tmp_path / "workbench/checks/set_up.py"
    edited.write_text(edited.read_text() + "\n")

    def edit_once_more() -> list[str]:
        edited.write_text(edited.read_text() + "\n")
        return []

    assert survivors(proof, edit_once_more, weekly=False, record_proofs=True) == []
    assert not proof.holds()


def test_each_hash_belongs_to_a_module_with_mutants() -> None:
    modules = {
        file.stem.removeprefix("test_") for file in FOLDER.parent.glob("test_*.py") if "survivors: " in file.read_text()
    }
    assert {file.stem for file in FOLDER.glob("*")} <= modules
