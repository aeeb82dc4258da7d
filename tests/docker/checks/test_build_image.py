"""Chapter 04's exercises."""

from __future__ import annotations

import pytest

from workbench.checks import build_image
from workbench.settings import BASE_IMAGE

from .catalogue import Catalogue, State
from .exercise_workspace import LISTENS, ExerciseWorkspace
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker
CATALOGUE = Catalogue(build_image)
RESULTS = "results-travel"
SECOND = "second-version"

ALL = f"FROM {BASE_IMAGE}\nCOPY . /context\n"
# Something else than pip to be installed: only the layers count.
INSTALL = "RUN echo {} >/installed\n"
COPY = 'COPY degrees_api.py /\nCMD ["python", "/degrees_api.py"]\n'
CHANGED = f"{LISTENS}# changed\n"

NEITHER = "CMD exit 3\n"

CATALOGUE.equivalent = {
    'if clock.seconds(first.attrs["Created"]) > clock.seconds(second.attrs["Created"]): | '
    "clock.seconds(first.attrs['Created']) > clock.seconds(second.attrs['Created']) -> clo"
    "ck.seconds(first.attrs['Created']) >= clock.seconds(second.attrs['Created'])": "no two are made in one instant",
    'return base + max([number for number, text in runs.items() if "pip" in text] or [*run'
    "s, 0]) | 0 -> 1": "each first version here has a RUN",
    """with engine.trial(image, ["true"]) as container: | 'true' -> 'trueX'""": "the container is never started",
}


def with_luggage(workspace: ExerciseWorkspace, rules: str | None = None) -> str:
    """Put the files of the page into the folder, and other rules where some are given; return the old rules."""
    (workspace.folder / ".env").write_text("PASSWORD=not-for-everybody\n")
    (workspace.folder / "results.csv").write_text("a few gigabytes, in real life\n")
    file = workspace.folder / ".dockerignore"
    before = file.read_text()
    file.write_text(before if rules is None else rules)
    return before


@CATALOGUE.right(RESULTS)
def results_as_on_the_page(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace)
    workspace.solve("04_build_image", RESULTS)


@CATALOGUE.right(RESULTS)
def results_by_cli(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, ".env\n.docker*\n")
    (workspace.folder / "link").symlink_to("nowhere")
    (workspace.folder / "picture").write_bytes(bytes(range(256)))
    (workspace.folder / "Dockerfile").write_text(ALL + "RUN echo done > /done\nCMD cat .env\n")
    workspace.docker("build", "-q", *workspace.marks, "-t", f"{workspace.repository}:with-results", ".")


@CATALOGUE.right(RESULTS)
def results_in_a_folder_of_their_own(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "*\n!results.csv\n!degrees_api.py\n")
    dockerfile = f"FROM {BASE_IMAGE}\nCOPY degrees_api.py /context/app/\nCOPY results.csv /context/data/\n"
    workspace.build(dockerfile, "with-results")


@CATALOGUE.wrong(RESULTS, "degrees_api:with-results yet. Which command or call builds one under this name?")
def results_nothing(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(RESULTS, "the image has no /context. Which of COPY's two paths is the one inside?")
def results_elsewhere(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "*\n!results.csv\n!degrees_api.py\n")
    workspace.build(f"FROM {BASE_IMAGE}\nCOPY . /\n", "with-results")


@CATALOGUE.wrong(RESULTS, ".env has travelled. Which line of .dockerignore let it through?")
def results_without_rules(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "")
    workspace.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, ".env has travelled.")
def results_with_the_secret_in_a_folder_below(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, ".env\n")
    (workspace.folder / "below").mkdir()
    (workspace.folder / "below/.env").write_text("PASSWORD=another\n")
    workspace.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, "results.csv stayed at home. Which line makes an exception of it")
def results_by_the_old_rules(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace)
    workspace.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, "and does it come after the *?")
def results_by_an_exception_that_comes_first(workspace: ExerciseWorkspace) -> None:
    before = with_luggage(workspace)
    (workspace.folder / ".dockerignore").write_text("!results.csv\n" + before)
    workspace.build(ALL, "with-results")


@CATALOGUE.wrong(RESULTS, "results.csv is in the image, but degrees_api.py is not. Is the exception for it still")
def results_alone(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "*\n!results.csv\n")
    workspace.build(ALL, "with-results")


@CATALOGUE.right(RESULTS)
def results_beside_a_folder_of_the_secrets_name(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "*\n!results.csv\n!degrees_api.py\n")
    workspace.build(f"{ALL}RUN mkdir /.env\nUSER nobody\n", "with-results")


@CATALOGUE.wrong(RESULTS, "a layer of the image holds /.env, so it has travelled.")
def results_with_the_secret_elsewhere(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "")
    workspace.build(f"FROM {BASE_IMAGE}\nCOPY .env /\nCOPY results.csv degrees_api.py /context/\n", "with-results")


@CATALOGUE.wrong(RESULTS, "a layer of the image holds /context/.env, so it has travelled.")
def results_with_the_secret_found_and_deleted(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "")
    workspace.build(ALL + "RUN find /context -name '.e*' -delete\n", "with-results")


@CATALOGUE.wrong(RESULTS, "a layer of the image holds /context/.env, so it has travelled.")
def results_with_the_secret_deleted_by_hand(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "")
    image = workspace.build(ALL, "with-results")
    workspace.ended(image, ["rm", "/context/.env"]).commit(repository=workspace.repository, tag="with-results")


@CATALOGUE.wrong(RESULTS, "so it has travelled. Does a later layer undo an earlier one?")
def results_with_the_secret_deleted_too_late(workspace: ExerciseWorkspace) -> None:
    with_luggage(workspace, "")
    workspace.build(ALL + "RUN rm /context/.env\n", "with-results")


@CATALOGUE.right(SECOND)
def second_as_on_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.build((workspace.folder / "Dockerfile").read_text())
    workspace.solve("04_build_image", SECOND)


@CATALOGUE.right(SECOND)
def second_by_cli(workspace: ExerciseWorkspace) -> None:
    # A step that no other state has: what is typed is not tried again where somebody removes a step.
    (workspace.folder / "degrees_api.py").write_text(LISTENS)
    (workspace.folder / "Dockerfile").write_text(f"FROM {BASE_IMAGE}\n{INSTALL.format('by-cli')}{COPY}")
    workspace.docker("build", "-q", *workspace.marks, "-t", workspace.image, ".")
    (workspace.folder / "degrees_api.py").write_text(CHANGED)
    workspace.docker("build", "-q", *workspace.marks, "-t", f"{workspace.repository}:2.0", ".")


@CATALOGUE.right(SECOND)
def second_with_another_command(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY)
    workspace.put(INSTALL.format(1) + COPY + "CMD exec python degrees_api.py\n", CHANGED, tag="2.0")


@CATALOGUE.right(SECOND)
def second_upon_the_first(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY + "RUN chmod 755 /degrees_api.py\n")
    workspace.put(INSTALL.format(1) + COPY + "RUN chmod 755 /degrees_api.py\nRUN echo >> /degrees_api.py\n", tag="2.0")


@CATALOGUE.right(SECOND)
def second_by_pip_before_other_steps(workspace: ExerciseWorkspace) -> None:
    steps = INSTALL.format("pip") + COPY
    workspace.put(f"{steps}RUN echo 1 > /version\n")
    workspace.put(f"{steps}RUN echo 2 > /version\n", CHANGED, tag="2.0")


@CATALOGUE.wrong(SECOND, "ends with exit code 3: it printed nothing. What does the program miss?")
def second_that_ends(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY)
    workspace.put(INSTALL.format(1) + COPY + NEITHER, CHANGED, tag="2.0")


@CATALOGUE.wrong(SECOND, "Where does COPY put the program")
def second_without_the_program(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY)
    workspace.put(INSTALL.format(1) + COPY.replace(" /\n", " /srv/\n"), CHANGED, tag="2.0")


@CATALOGUE.wrong(SECOND, ", so it is not what it was. Which name did which build give?")
def second_before_the_first(workspace: ExerciseWorkspace) -> None:
    step = f"RUN echo {workspace.repository} > /mine\n"  # so that the image is as old as the state
    workspace.put(INSTALL.format(1) + COPY + step, CHANGED, tag="2.0")
    workspace.put(INSTALL.format(1) + COPY + step)


@CATALOGUE.wrong(SECOND, "degrees_api:1.0 any more. Which name did your build use?")
def second_in_the_firsts_place(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY, tag="2.0")


@CATALOGUE.wrong(SECOND, "degrees_api:2.0. Which argument of the build gives the name?")
def second_not_there(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY)


@CATALOGUE.wrong(SECOND, "are two names for one image. Did degrees_api.py change before the build")
def second_by_name_alone(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY)
    workspace.put(INSTALL.format(1) + COPY, tag="2.0")


@CATALOGUE.wrong(SECOND, "does not start from python:3.8.10. What does the FROM line say?")
def second_of_another_base(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY)
    workspace.put(f"FROM scratch\n{COPY}", CHANGED, tag="2.0")


@CATALOGUE.wrong(SECOND, "holds the same degrees_api.py as before. Which folder did you build?")
def second_with_the_same_program(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY)
    workspace.put(INSTALL.format(1) + COPY + "ENV A=1\n", tag="2.0")


@CATALOGUE.wrong(SECOND, "pip ran again. What stands before RUN, and did the build use the cache?")
def second_installed_again(workspace: ExerciseWorkspace) -> None:
    workspace.put(INSTALL.format(1) + COPY)
    workspace.put(INSTALL.format(2) + COPY, CHANGED, tag="2.0")


@CATALOGUE.wrong(SECOND, "pip ran again.")
def second_with_the_program_first(workspace: ExerciseWorkspace) -> None:
    workspace.put(COPY + INSTALL.format(1))
    workspace.put(COPY + INSTALL.format(1), CHANGED, tag="2.0")


def test_state(state_cache: StateCache, state: State) -> None:
    state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
