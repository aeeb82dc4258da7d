"""Chapter 04's exercises."""

from __future__ import annotations

import pytest

from workbench.checks import build_image
from workbench.settings import BASE_IMAGE

from .catalogue import Catalogue, State
from .exercise_workspace import ExerciseWorkspace
from .state_cache import StateCache

pytestmark = pytest.mark.docker
CATALOGUE = Catalogue(build_image)
RESULTS = "results-travel"
SECOND = "second-version"

ALL = f"FROM {BASE_IMAGE}\nCOPY . /context\n"
# Something else than pip to be installed: only the layers count.
INSTALL = "RUN echo {} >/installed\n"
COPY = "COPY degrees_api.py /\n"

CATALOGUE.equivalent = {
    """with engine.trial(image, ["true"]) as container: | 'true' -> 'trueX'""": "the container is never started",
}


def with_luggage(bench: ExerciseWorkspace, rules: str | None = None) -> str:
    """Put the files of the page into the folder, and other rules where some are given; return the old rules."""
    (bench.folder / ".env").write_text("PASSWORD=not-for-everybody\n")
    (bench.folder / "results.csv").write_text("a few gigabytes, in real life\n")
    file = bench.folder / ".dockerignore"
    before = file.read_text()
    file.write_text(before if rules is None else rules)
    return before


@CATALOGUE.right(RESULTS)
def results_as_on_the_page(bench: ExerciseWorkspace) -> None:
    bench.solve("04_build_image", RESULTS, rules=with_luggage(bench))


@CATALOGUE.right(RESULTS)
def results_by_cli(bench: ExerciseWorkspace) -> None:
    with_luggage(bench, ".env\n.docker*\n")
    (bench.folder / "link").symlink_to("nowhere")
    (bench.folder / "picture").write_bytes(bytes(range(256)))
    (bench.folder / "Dockerfile").write_text(ALL + "RUN echo done > /done\nCMD cat .env\n")
    bench.docker("build", "-q", *bench.marks, "-t", f"{bench.repository}:with-results", ".")


@CATALOGUE.right(RESULTS)
def results_in_a_folder_of_their_own(bench: ExerciseWorkspace) -> None:
    with_luggage(bench, "*\n!results.csv\n!degrees_api.py\n")
    dockerfile = f"FROM {BASE_IMAGE}\nCOPY degrees_api.py /context/app/\nCOPY results.csv /context/data/\n"
    bench.build(dockerfile, "with-results")


@CATALOGUE.wrong(RESULTS, "degrees_api:with-results. Did the build end in an error?")
def results_nothing(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(RESULTS, "the image has no /context. Which of COPY's two paths is the one inside?")
def results_elsewhere(bench: ExerciseWorkspace) -> None:
    with_luggage(bench, "*\n!results.csv\n!degrees_api.py\n")
    bench.build(f"FROM {BASE_IMAGE}\nCOPY . /\n", "with-results")


@CATALOGUE.wrong(RESULTS, ".env has travelled. Which line of .dockerignore let it through?")
def results_without_rules(bench: ExerciseWorkspace) -> None:
    with_luggage(bench, "")
    bench.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, ".env has travelled.")
def results_with_the_secret_in_a_folder_below(bench: ExerciseWorkspace) -> None:
    with_luggage(bench, ".env\n")
    (bench.folder / "below").mkdir()
    (bench.folder / "below/.env").write_text("PASSWORD=another\n")
    bench.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, "results.csv stayed at home. Which line makes an exception of it")
def results_by_the_old_rules(bench: ExerciseWorkspace) -> None:
    with_luggage(bench)
    bench.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, "and does it come after the *?")
def results_by_an_exception_that_comes_first(bench: ExerciseWorkspace) -> None:
    before = with_luggage(bench)
    (bench.folder / ".dockerignore").write_text("!results.csv\n" + before)
    bench.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, "results.csv is in the image, but degrees_api.py is not. What has become of the exception")
def results_alone(bench: ExerciseWorkspace) -> None:
    with_luggage(bench, "*\n!results.csv\n")
    bench.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, "so it has travelled. Does a later layer undo an earlier one?")
def results_with_the_secret_deleted_too_late(bench: ExerciseWorkspace) -> None:
    with_luggage(bench, "")
    bench.build(ALL + "RUN rm /context/.env\n", "with-results")


@CATALOGUE.right(SECOND)
def second_as_on_the_page(bench: ExerciseWorkspace) -> None:
    bench.build((bench.folder / "Dockerfile").read_text())
    bench.solve("04_build_image", SECOND)


@CATALOGUE.right(SECOND)
def second_by_cli(bench: ExerciseWorkspace) -> None:
    # A step that no other state has: what is typed is not tried again where somebody removes a step.
    (bench.folder / "Dockerfile").write_text(f"FROM {BASE_IMAGE}\n{INSTALL.format('by-cli')}{COPY}")
    bench.docker("build", "-q", *bench.marks, "-t", bench.image, ".")
    (bench.folder / "degrees_api.py").write_text("changed\n")
    bench.docker("build", "-q", *bench.marks, "-t", f"{bench.repository}:2.0", ".")


@CATALOGUE.right(SECOND)
def second_with_another_command(bench: ExerciseWorkspace) -> None:
    bench.put(INSTALL.format(1) + COPY)
    bench.put(INSTALL.format(1) + COPY + "CMD exit 3\n", "changed\n", tag="2.0")


@CATALOGUE.wrong(SECOND, "degrees_api:1.0 any more. Which name did your build use?")
def second_in_the_firsts_place(bench: ExerciseWorkspace) -> None:
    bench.put(INSTALL.format(1) + COPY, tag="2.0")


@CATALOGUE.wrong(SECOND, "degrees_api:2.0. Which argument of the build gives the name?")
def second_not_there(bench: ExerciseWorkspace) -> None:
    bench.put(INSTALL.format(1) + COPY)


@CATALOGUE.wrong(SECOND, "are two names for one image. Did degrees_api.py change before the build")
def second_by_name_alone(bench: ExerciseWorkspace) -> None:
    bench.put(INSTALL.format(1) + COPY)
    bench.put(INSTALL.format(1) + COPY, tag="2.0")


@CATALOGUE.wrong(SECOND, "does not start from python:3.8.10. What does the FROM line say?")
def second_of_another_base(bench: ExerciseWorkspace) -> None:
    bench.put(INSTALL.format(1) + COPY)
    bench.put(f"FROM scratch\n{COPY}", "changed\n", tag="2.0")


@CATALOGUE.wrong(SECOND, "holds the same degrees_api.py as before. Which folder did you build?")
def second_with_the_same_program(bench: ExerciseWorkspace) -> None:
    bench.put(INSTALL.format(1) + COPY)
    bench.put(INSTALL.format(1) + COPY + "ENV A=1\n", tag="2.0")


@CATALOGUE.wrong(SECOND, "pip ran again. What stands before RUN, and did the build use the cache?")
def second_installed_again(bench: ExerciseWorkspace) -> None:
    bench.put(INSTALL.format(1) + COPY)
    bench.put(INSTALL.format(2) + COPY, "changed\n", tag="2.0")


@CATALOGUE.wrong(SECOND, "pip ran again.")
def second_with_the_program_first(bench: ExerciseWorkspace) -> None:
    bench.put(COPY + INSTALL.format(1))
    bench.put(COPY + INSTALL.format(1), "changed\n", tag="2.0")


def test_state(stage: StateCache, state: State) -> None:
    stage.expect(state)


def test_no_mutant_survives(stage: StateCache) -> None:
    assert "\n".join(stage.survivors()) == ""
