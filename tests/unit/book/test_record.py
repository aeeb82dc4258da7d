"""Recording: notebooks executed for real, and the form in which they are stored."""

from __future__ import annotations

import itertools
import json
import secrets
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.book import notebooks, record
from workbench.errors import TutorialError
from workbench.settings import Paths

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
MD5 = "d41d8cd98f00b204e9800998ecf8427e"
TALKATIVE = """\
import os, sys
for word in ("one", "two", "three"):
    print(word, flush=True)
print("four", file=sys.stderr)
os.environ["DOCKERHUB_USERNAME"], os.environ["DOCKERHUB_TOKEN"]"""
# A lesson whose clean-up is seen by a view, as a panel sees that its container is gone.
WATCHED = """\
import ipywidgets
class lesson:
    shown = ipywidgets.HTML("running")
    def clean_up():
        lesson.shown.value = "removed"
lesson.shown"""
SLIDER = "import ipywidgets\nipywidgets.IntSlider(description='start')"


def write(folder: Path, *sources: str) -> Path:
    cells = [new_markdown_cell("# A page"), *(new_code_cell(source) for source in sources)]
    path = folder / "01_a_page.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def executed(*models: str) -> Any:
    """Give a notebook as an execution leaves it: it shows the first widget, which is made of the others."""
    view = {"version_major": 2, "version_minor": 0, "model_id": models[0]}
    outputs = [
        new_output("stream", name="stdout", text="a"),
        new_output("stream", name="stdout", text="b\n"),
        new_output("stream", name="stderr", text="c\n"),
        new_output("stream", name="stdout", text="d\n"),
        new_output("display_data", data={WIDGET_VIEW: view, "text/plain": "<controls>"}),
    ]
    cell = new_code_cell(f"widget  # {MD5}", execution_count=1, outputs=outputs, metadata={"tags": ["kept"]})
    cell.metadata["execution"] = {"iopub.execute_input": secrets.token_hex(8)}
    children = [f"IPY_MODEL_{model}" for model in models[1:]]
    state = {model: {"model_name": "Part", "state": {}} for model in models[1:]}
    state[models[0]] = {"model_name": "Box", "state": {"children": children}}
    widgets = {WIDGET_STATE: {"version_major": 2, "version_minor": 0, "state": state}}
    metadata = {"kernelspec": {"name": "mine", "display_name": "Mine", "path": "/home/me"}, "widgets": widgets}
    return new_notebook(cells=[new_markdown_cell(MD5, id="prose"), cell], metadata=metadata)


def stored(notebook: Any) -> str:
    return notebooks.dump(notebooks.normal_form(notebook, "01_a_page"))


def with_same_cells(first: Any, second: Any) -> None:
    """Give the cells of one notebook the ids of the other's, as two runs of one file have them."""
    for one, other in zip(first.cells, second.cells):
        other.id = one.id


def test_two_runs_are_stored_the_same() -> None:
    first, second = (executed(*(secrets.token_hex(16) for _ in range(5))) for _ in range(2))
    with_same_cells(first, second)
    assert stored(first) == stored(second)


def test_the_normal_form_of_the_normal_form_is_itself() -> None:
    once = notebooks.normal_form(executed(*(secrets.token_hex(16) for _ in range(5))), "01_a_page")
    assert notebooks.normal_form(nbformat.from_dict(json.loads(json.dumps(once))), "01_a_page") == once


def test_a_widget_keeps_one_name_everywhere() -> None:
    notebook = executed(*(secrets.token_hex(16) for _ in range(3)))
    normal = notebooks.normal_form(notebook, "01_a_page")
    state = normal["metadata"]["widgets"][WIDGET_STATE]["state"]
    [view] = [output["data"][WIDGET_VIEW]["model_id"] for output in normal["cells"][1]["outputs"] if "data" in output]
    assert state[view]["model_name"] == "Box"
    children = [child.removeprefix("IPY_MODEL_") for child in state[view]["state"]["children"]]
    assert [state[child]["model_name"] for child in children] == ["Part", "Part"]
    assert len({view, *children}) == len(state) == 3


def test_widgets_of_two_pages_have_different_names() -> None:
    models = [secrets.token_hex(16) for _ in range(3)]
    one, two = (notebooks.normal_form(executed(*models), name) for name in ("01_a_page", "02_a_page"))
    states = [set(page["metadata"]["widgets"][WIDGET_STATE]["state"]) for page in (one, two)]
    assert not states[0] & states[1]
    assert not states[0] & set(models)


def test_what_only_looks_like_a_widget_stays() -> None:
    normal = notebooks.normal_form(executed(*(secrets.token_hex(16) for _ in range(3))), "01_a_page")
    assert [MD5 in cell["source"] for cell in normal["cells"]] == [True, True]


def test_pieces_of_one_stream_are_joined_in_their_order() -> None:
    outputs = notebooks.normal_form(executed(secrets.token_hex(16)), "01_a_page")["cells"][1]["outputs"]
    assert [(output["name"], output["text"]) for output in outputs[:3]] == [
        ("stdout", "ab\n"),
        ("stderr", "c\n"),
        ("stdout", "d\n"),
    ]
    assert len(outputs) == 4


@given(st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text(min_size=1))))
def test_joining_changes_nothing_that_was_said(pieces: list[tuple[str, str]]) -> None:
    cell = new_code_cell("x", outputs=[new_output("stream", name=name, text=text) for name, text in pieces])
    outputs = notebooks.normal_form(new_notebook(cells=[cell]), "01_a_page")["cells"][0]["outputs"]
    names = [output["name"] for output in outputs]
    assert all(one != other for one, other in itertools.pairwise(names))
    for name in ("stdout", "stderr"):
        said = "".join(text for stream, text in pieces if stream == name)
        assert "".join(output["text"] for output in outputs if output["name"] == name) == said


def test_ids_counts_and_tags_stay_and_the_machine_goes() -> None:
    notebook = executed(secrets.token_hex(16))
    [cell_id] = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    normal = notebooks.normal_form(notebook, "01_a_page")
    _prose, cell = normal["cells"]
    assert (cell["id"], cell["execution_count"], cell["metadata"]) == (cell_id, 1, {"tags": ["kept"]})
    assert normal["metadata"]["kernelspec"]["name"] == "python3"
    assert set(normal["metadata"]) == {"kernelspec", "language_info", "widgets"}


def test_what_is_stored_is_a_notebook_with_its_keys_in_order() -> None:
    text = stored(executed(secrets.token_hex(16)))
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert '"ab\\n"' in text


def test_a_recorded_page_is_the_same_each_time(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKERHUB_USERNAME", "me")
    monkeypatch.setenv("DOCKERHUB_TOKEN", "secret")
    path = write(tmp_path, TALKATIVE, SLIDER)
    before = nbformat.read(path, as_version=4)
    record.record(paths, path)
    first = path.read_text()
    record.record(paths, path)
    assert path.read_text() == first
    page = nbformat.reads(first, as_version=4)
    assert [cell.id for cell in page.cells] == [cell.id for cell in before.cells]
    assert [cell.execution_count for cell in page.cells if cell.cell_type == "code"] == [1, 2]
    assert page.cells[1].outputs[0].text == "one\ntwo\nthree\n"
    assert page.cells[1].outputs[-1].data["text/plain"] == "('username', '')"
    assert page.cells[2].outputs[0].data[WIDGET_VIEW]["model_id"] in page.metadata.widgets[WIDGET_STATE]["state"]
    assert str(tmp_path) not in first
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_views_are_stored_as_they_were_before_the_page_cleaned_up(paths: Paths, tmp_path: Path) -> None:
    path = write(tmp_path, WATCHED, "lesson.shown.value = 'stopped'", "lesson.clean_up()", "lesson.shown.value")
    record.record(paths, path)
    page = nbformat.read(path, as_version=4)
    states = page.metadata.widgets[WIDGET_STATE]["state"].values()
    assert [model.state["value"] for model in states if "value" in model.state] == ["stopped"]
    assert page.cells[-1].outputs[0].data["text/plain"] == "'removed'"


def test_of_a_traceback_the_page_keeps_its_own_lines(paths: Paths, tmp_path: Path) -> None:
    path = write(tmp_path, "def parse(text):\n    return json.loads(text)", "import json\nparse('{')")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)
    record.record(paths, path)
    [error] = nbformat.read(path, as_version=4).cells[-1].outputs
    assert (error.ename, error.evalue) == ("JSONDecodeError", error.traceback[-1].partition(": ")[2])
    assert [frame.splitlines()[0] for frame in error.traceback[:-1]] == [
        "Cell In[2], line 2",
        "Cell In[1], line 2, in parse(text)",
    ]
    assert "----> 2 parse('{')" in error.traceback[0]
    assert "/" not in path.read_text().replace("/vnd", "")
    assert "\\u001b" not in path.read_text()


def test_a_page_that_fails_stays_as_it_was(paths: Paths, tmp_path: Path) -> None:
    path = write(tmp_path, "print('fine')", "1 / 0")
    before = path.read_text()
    with pytest.raises(TutorialError, match=r"(?s)01_a_page\.ipynb was not recorded: .*ZeroDivisionError"):
        record.record(paths, path)
    assert path.read_text() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("end", [DeadKernelError("Kernel died"), CellTimeoutError("A cell took too long")])
def test_a_page_that_never_comes_to_its_end_stays_as_it_was(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: Exception
) -> None:
    def execute(_client: NotebookClient, **_options: object) -> None:
        raise end

    # Real ones take seconds: nbclient looks for a dead kernel once in a while.
    monkeypatch.setattr(NotebookClient, "execute", execute)
    path = write(tmp_path, "print('fine')")
    before = path.read_text()
    with pytest.raises(TutorialError, match=str(end)):
        record.record(paths, path)
    assert path.read_text() == before


CHANNELS = """\
import json, os, stat
from pathlib import Path
from ipykernel.connect import get_connection_file
file = Path(get_connection_file())
print(json.loads(file.read_text())["transport"], stat.filemode(file.parent.stat().st_mode), file.parent)"""


def test_the_kernel_listens_in_a_private_folder_that_is_gone_afterwards(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / ("a-long-way-down" * 10)  # the path of a socket may have 107 bytes
    folder.mkdir()
    path = write(folder, CHANNELS)
    record.record(paths, path)
    transport, mode, sockets = nbformat.read(path, as_version=4).cells[1].outputs[0].text.split()
    assert (transport, mode.lower()) == ("ipc", "drwx-----t")
    assert not Path(sockets).exists()


@pytest.fixture(name="pages")
def fixture_pages(paths: Paths) -> list[Path]:
    paths.notebooks.mkdir()
    for name in ("readme.md", "x1_y.ipynb", "01_a.txt"):
        (paths.notebooks / name).touch()
    pages = [paths.notebooks / f"{name}.ipynb" for name in ("01_a", "02_b", "10_break_c", "10_c")]
    for page in reversed(pages):
        page.touch()
    return pages


def test_without_numbers_all_pages_are_chosen_in_order(paths: Paths, pages: list[Path]) -> None:
    assert notebooks.chosen(paths, []) == pages


def test_pages_are_chosen_by_number(paths: Paths, pages: list[Path]) -> None:
    assert notebooks.chosen(paths, ["10", "01"]) == [pages[0], *pages[2:]]


@pytest.mark.parametrize("number", ["03", "1", "", "²", "01_", "*", "../01", "one"])
def test_a_number_without_a_page_is_an_error_that_names_those_there_are(
    paths: Paths, pages: list[Path], number: str
) -> None:
    with pytest.raises(TutorialError) as failure:
        notebooks.chosen(paths, ["01", number])
    assert failure.value.what == f"No notebook has the number {number}."
    assert failure.value.fix == "There are 01, 02, 10."
    assert pages
