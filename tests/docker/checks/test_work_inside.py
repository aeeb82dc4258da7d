"""Chapter 02's exercises."""

from __future__ import annotations

import io
import tarfile

import pytest
from docker.models.containers import Container

from workbench.checks import work_inside
from workbench.settings import BASE_IMAGE

from .catalogue import Catalogue, State
from .exercise_workspace import SLEEP, ExerciseWorkspace
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker
CATALOGUE = Catalogue(work_inside)
KEPT = "kept-by-hand"
WRITTEN = "packages-written-down"
THING = "thing==1.0\n"  # what pip freeze prints where thing is installed
URL_QUOTE = """raise ImportError("cannot import name 'url_quote' from 'werkzeug.urls'")\n"""


def with_flask(workspace: ExerciseWorkspace, code: str = "") -> Container:
    """Run a container in which a module is installed by the name of Flask."""
    box = workspace.run(BASE_IMAGE, SLEEP)
    put(box, f"{packages(box)}/flask.py", code)
    return box


def with_thing(workspace: ExerciseWorkspace, container: str = "") -> Container:
    """Run a container in which pip finds a package by the name of thing, or take one that runs."""
    box = workspace.client.containers.get(container) if container else workspace.run(BASE_IMAGE, SLEEP)
    about = "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n"
    put(box, f"{packages(box)}/thing-1.0.dist-info/METADATA", about)
    return box


def packages(box: Container) -> str:
    return inside(box, "python -c 'import site; print(site.getsitepackages()[0])'").strip()


def put(box: Container, path: str, text: str, encoding: str = "utf-8") -> None:
    """Write a file in a container from outside."""
    archive = io.BytesIO()
    about = tarfile.TarInfo(path.lstrip("/"))
    about.size = len(text.encode(encoding))
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(about, io.BytesIO(text.encode(encoding)))
    assert box.put_archive("/", archive.getvalue())


def inside(box: Container, line: str) -> str:
    code, printed = box.exec_run(["sh", "-c", line])
    assert code == 0
    assert isinstance(printed, bytes)
    return printed.decode()


@CATALOGUE.right(KEPT)
def kept_as_on_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.solve("02_work_inside", KEPT, box=with_flask(workspace))


@CATALOGUE.right(KEPT)
def kept_by_cli(workspace: ExerciseWorkspace) -> None:
    box = with_flask(workspace)
    box.kill()
    workspace.docker("commit", str(box.id), f"{workspace.repository}:by-hand")


@CATALOGUE.right(KEPT)
def kept_by_a_dockerfile(workspace: ExerciseWorkspace) -> None:
    workspace.put("COPY degrees_api.py /flask.py\nCMD exit 7\n", "", tag="by-hand")


@CATALOGUE.right(KEPT)
def kept_behind_an_entrypoint(workspace: ExerciseWorkspace) -> None:
    workspace.put('COPY degrees_api.py /flask.py\nENTRYPOINT ["sleep"]\n', "", tag="by-hand")


@CATALOGUE.wrong(KEPT, "executable file not found in $PATH")
def kept_without_python(workspace: ExerciseWorkspace) -> None:
    workspace.put("FROM scratch\nCOPY degrees_api.py /\n", tag="by-hand")


@CATALOGUE.wrong(KEPT, "a Flask that doesn't start: it said nothing.")
def kept_a_flask_that_says_nothing(workspace: ExerciseWorkspace) -> None:
    with_flask(workspace, "import os; os._exit(1)\n").commit(repository=workspace.repository, tag="by-hand")


@CATALOGUE.wrong(KEPT, "degrees_api:by-hand. Which two arguments of commit make up a name?")
def kept_nothing(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(KEPT, "Which two arguments of commit make up a name?")
def kept_under_another_name(workspace: ExerciseWorkspace) -> None:
    with_flask(workspace).commit(repository=f"{workspace.repository}-by-hand", tag="by-hand")


@CATALOGUE.wrong(KEPT, "but its tag is latest. Which argument of commit gives the tag?")
def kept_without_a_tag(workspace: ExerciseWorkspace) -> None:
    with_flask(workspace).commit(repository=workspace.repository)


@CATALOGUE.wrong(KEPT, "python:3.8.10 and no other. Did you keep a container, or tie a name?")
def kept_the_base(workspace: ExerciseWorkspace) -> None:
    workspace.client.images.get(BASE_IMAGE).tag(workspace.repository, "by-hand")


@CATALOGUE.wrong(KEPT, "in which nobody installed one. Which container did you commit?")
def kept_another_container(workspace: ExerciseWorkspace) -> None:
    with_flask(workspace)
    fresh = workspace.ended(BASE_IMAGE, ["touch", "/here"])
    fresh.commit(repository=workspace.repository, tag="by-hand")


@CATALOGUE.wrong(KEPT, "that doesn't start: ImportError: cannot import name 'url_quote' from 'werkzeug.urls'. Which")
def kept_a_flask_that_does_not_start(workspace: ExerciseWorkspace) -> None:
    with_flask(workspace, URL_QUOTE).commit(repository=workspace.repository, tag="by-hand")


@CATALOGUE.right(WRITTEN)
def written_as_on_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.solve("02_work_inside", WRITTEN, box=with_thing(workspace))


@CATALOGUE.right(WRITTEN)
def written_by_cli(workspace: ExerciseWorkspace) -> None:
    box = with_thing(workspace)
    workspace.docker("exec", str(box.id), "sh", "-c", "pip list --format=freeze > /packages.txt")


@CATALOGUE.right(WRITTEN)
def written_from_outside(workspace: ExerciseWorkspace) -> None:
    box = with_thing(workspace)
    put(box, "/packages.txt", THING)
    workspace.run(BASE_IMAGE, SLEEP)  # a second one, in which nothing is to be done


@CATALOGUE.wrong(WRITTEN, "no container of python:3.8.10 runs. Did its shell end?")
def written_nowhere(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(WRITTEN, "no container of python:3.8.10 runs. Did its shell end?")
def written_and_ended(workspace: ExerciseWorkspace) -> None:
    box = with_thing(workspace)
    put(box, "/packages.txt", THING)
    box.kill()


@CATALOGUE.wrong(WRITTEN, "no file /packages.txt in the container. On which side did you write it?")
def written_on_the_other_side(workspace: ExerciseWorkspace) -> None:
    with_thing(workspace)
    (workspace.folder / "packages.txt").write_text("thing==1.0\n")


@CATALOGUE.right(WRITTEN)
def written_after_the_cell_ran_twice(workspace: ExerciseWorkspace) -> None:
    with_thing(workspace)
    put(with_thing(workspace), "/packages.txt", THING)


@CATALOGUE.wrong(WRITTEN, "On which side did you write it?")
def written_in_another_folder(workspace: ExerciseWorkspace) -> None:
    put(with_thing(workspace), "/tmp/packages.txt", THING)


@CATALOGUE.wrong(WRITTEN, "nothing is installed in the container. Is it the one in which you installed Flask?")
def written_in_a_fresh_container(workspace: ExerciseWorkspace) -> None:
    put(workspace.run(BASE_IMAGE, SLEEP), "/packages.txt", "")


@CATALOGUE.wrong(WRITTEN, "thing==1.0 is not in it. Did > come too early?")
def written_too_early(workspace: ExerciseWorkspace) -> None:
    inside(with_thing(workspace), "touch /packages.txt")


@CATALOGUE.right(WRITTEN)
def written_without_labels(workspace: ExerciseWorkspace) -> None:
    workspace.begin()
    box = with_thing(workspace, workspace.docker("run", "-d", workspace.named("box"), BASE_IMAGE, *SLEEP))
    put(box, "/packages.txt", THING)


@CATALOGUE.wrong(WRITTEN, "has the table of pip list, and a line of pip freeze looks like thing==1.0.")
def written_in_another_form(workspace: ExerciseWorkspace) -> None:
    inside(with_thing(workspace), "pip list > /packages.txt")


@CATALOGUE.wrong(WRITTEN, "has the name thing without its version. Which version do you get in a year?")
def written_by_names_only(workspace: ExerciseWorkspace) -> None:
    put(with_thing(workspace), "/packages.txt", "thing\n")


@CATALOGUE.wrong(WRITTEN, "is paused, so its program does nothing.")
def written_in_a_paused_container(workspace: ExerciseWorkspace) -> None:
    box = with_thing(workspace)
    put(box, "/packages.txt", THING)
    box.pause()


@CATALOGUE.wrong(WRITTEN, "pip can't say what is installed in container ")
def written_where_pip_is_gone(workspace: ExerciseWorkspace) -> None:
    box = with_thing(workspace)
    put(box, "/packages.txt", THING)
    inside(box, "rm $(command -v pip)")


@CATALOGUE.wrong(WRITTEN, "/packages.txt is there, but thing==1.0 is not in it.")
def written_as_powershell_does(workspace: ExerciseWorkspace) -> None:
    put(with_thing(workspace), "/packages.txt", THING, encoding="utf-16")


def test_state(state_cache: StateCache, state: State) -> None:
    state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
