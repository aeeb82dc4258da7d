"""Chapter 05's exercises."""

from __future__ import annotations

import socket

import pytest
import requests
from docker.errors import APIError
from docker.models.containers import Container
from docker.types import LogConfig

from tests.support.waiting import wait_until
from workbench.checks import run_and_test
from workbench.engine.ports import wait_until_up
from workbench.settings import APP_PORT, BASE_IMAGE, LOOPBACK

from .catalogue import IN_VAIN, Catalogue, State
from .exercise_workspace import LISTENS, SLEEP, ExerciseWorkspace, published
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker
CATALOGUE = Catalogue(run_and_test)
RECORDS = "two-records"
DOORS = "two-doors"

# The program that stands for the app gives what is in the folder where it starts.
SERVE = 'COPY degrees_api.py /\nCOPY degrees_api.py /degrees\nCMD ["python", "/degrees_api.py"]\n'
DOES_NOTHING = "import time; time.sleep(600)\n"


def put_app(workspace: ExerciseWorkspace) -> None:
    """Have the image of the app itself."""
    workspace.put((workspace.folder / "Dockerfile").read_text(), (workspace.folder / "degrees_api.py").read_text())


def asked(workspace: ExerciseWorkspace, *paths: str) -> tuple[Container, int]:
    """Start the app itself and ask it for something; return its container and its host port."""
    put_app(workspace)
    port = workspace.port()
    api = workspace.run(workspace.image, **published(host_port=port))
    wait_until_up(port)
    for path in paths:
        requests.get(f"http://{LOOPBACK}:{port}{path}", timeout=10)
        wait_for_log(api, path)
    return api, port


def wait_for_log(api: Container, path: str) -> None:
    """Wait until the log has a question: the program answers first, and then writes."""
    wait_until(lambda: f"GET {path}" in api.logs().decode())


def serving(workspace: ExerciseWorkspace) -> Container:
    """Start a program with a door."""
    workspace.put(SERVE)
    return workspace.run(workspace.image, **published())


@CATALOGUE.right(RECORDS)
def records_as_on_the_page(workspace: ExerciseWorkspace) -> None:
    api, port = asked(workspace)
    workspace.solve("05_run_and_test", RECORDS, port=port)
    wait_for_log(api, "/degrees?start=1992&limit=2")


@CATALOGUE.right(RECORDS)
def records_after_other_questions(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees?start=1992", "/degrees?limit=2&start=1992", "/degrees/1992", "/degrees?start=1990")


@CATALOGUE.right(RECORDS)
def records_asked_from_inside(workspace: ExerciseWorkspace) -> None:
    put_app(workspace)
    api = workspace.run(workspace.image)
    ask = "import urllib.request as r; r.urlopen('http://localhost:5000/degrees?start=1992&limit=2')"
    while api.exec_run(["python", "-c", ask]).exit_code:
        api.reload()
        assert api.status == "running"
    wait_for_log(api, "/degrees?start=1992&limit=2")
    api.stop(timeout=0)


@CATALOGUE.right(RECORDS)
def records_by_cli(workspace: ExerciseWorkspace) -> None:
    put_app(workspace)  # whose steps the builder takes from its cache
    workspace.begin()
    workspace.docker("build", "-q", "-t", workspace.image, ".")
    port = workspace.port()
    workspace.docker("run", "-d", workspace.named("api"), "-p", f"{LOOPBACK}:{port}:{APP_PORT}", workspace.image)
    wait_until_up(port)
    workspace.shell(f"curl -s '{LOOPBACK}:{port}/degrees?limit=2&start=1992'")
    wait_for_log(workspace.client.containers.get(workspace.named("api").partition("=")[2]), "/degrees?limit=2")


@CATALOGUE.wrong(RECORDS, "no question in the log has 1992 in it yet; the last was for /degrees?start=1993&limit=2.")
def records_never_asked(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees", "/degrees/2", "/degrees?start=1993&limit=2")


@CATALOGUE.wrong(RECORDS, "the last was for /degrees/3. How does one question name a first year")
def records_by_their_ids(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees/2")
    asked(workspace, "/degrees/3")


@CATALOGUE.wrong(RECORDS, "the last was for /degrees. How does one question name a first year, and how many")
def records_chosen_from_all(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees")


@CATALOGUE.wrong(RECORDS, "the last question was POST /degrees, answered with 405. Why did curl send a POST?")
def records_by_post(workspace: ExerciseWorkspace) -> None:
    api, port = asked(workspace)
    workspace.shell(f"curl -s -d start=1992 -d limit=2 {LOOPBACK}:{port}/degrees")
    wait_until(lambda: "POST /degrees" in api.logs().decode())


@CATALOGUE.wrong(RECORDS, "the answer was 405, since the program answers GET.")
def records_by_post_to_the_right_address(workspace: ExerciseWorkspace) -> None:
    api, port = asked(workspace)
    workspace.shell(f"curl -s -X POST '{LOOPBACK}:{port}/degrees?start=1992&limit=2'")
    wait_until(lambda: "POST /degrees" in api.logs().decode())


@CATALOGUE.wrong(RECORDS, "keeps no log. Which log driver was it given?")
def records_without_a_log(workspace: ExerciseWorkspace) -> None:
    put_app(workspace)
    workspace.run(workspace.image, log_config=LogConfig(type="none"))


@CATALOGUE.wrong(RECORDS, "no log has a question yet. Which host port leads to a container")
def records_nothing(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(RECORDS, "Was it left out, or did the shell take the & before it for itself?")
def records_without_quotes(workspace: ExerciseWorkspace) -> None:
    api, port = asked(workspace)
    workspace.shell(f"curl -s {LOOPBACK}:{port}/degrees?start=1992&limit=2\nwait")
    wait_for_log(api, "/degrees?start=1992")


@CATALOGUE.wrong(RECORDS, "the log has GET /degrees/1992: the answer was 404. A number in the path is an id")
def records_by_path(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees?start=1992", "/degrees/1992")


@CATALOGUE.wrong(RECORDS, "the answer was 404. A number in the path is an id, so where does a year go?")
def records_of_another_route(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/records?start=1992&limit=2")


@CATALOGUE.wrong(RECORDS, "the answer was 200. A number in the path is an id")
def records_of_one_of_them(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees/2?start=1992&limit=2")


@CATALOGUE.wrong(RECORDS, "the answer was 400, and its text says why. Are both values whole numbers?")
def records_to_the_last_year(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees?start=1992-1993&limit=2")


@CATALOGUE.wrong(RECORDS, "1992 is not the value of start. Which parameters does the program know?")
def records_by_a_parameter_that_is_none(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees?year=1992&limit=2")


@CATALOGUE.wrong(RECORDS, "1992 is not the value of start.")
def records_from_another_year(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees?start=2&limit=1992")


@CATALOGUE.wrong(
    RECORDS, "the log has GET /degrees?start=1992&limit=1993: the limit is 1993. How many records are there"
)
def records_by_a_limit_in_years(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees?start=1992&limit=1993")


@CATALOGUE.wrong(RECORDS, "the answer was 400, and its text says why.")
def records_by_an_empty_limit(workspace: ExerciseWorkspace) -> None:
    asked(workspace, "/degrees?start=1992&limit=")


@CATALOGUE.right(DOORS)
def doors_as_on_the_page(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.solve("05_run_and_test", DOORS, image=workspace.image)


@CATALOGUE.right(DOORS)
def doors_by_cli(workspace: ExerciseWorkspace) -> None:
    workspace.begin()
    (workspace.folder / "degrees_api.py").write_text(LISTENS)
    (workspace.folder / "Dockerfile").write_text(f"FROM {BASE_IMAGE}\n{SERVE}")
    workspace.docker("build", "-q", "-t", workspace.image, ".")
    for role in ("first", "second"):
        workspace.docker("run", "-d", workspace.named(role), "-p", f"{LOOPBACK}::{APP_PORT}", workspace.image)


@CATALOGUE.right(DOORS)
def doors_to_another_port_of_the_program(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    on_8000 = ["python", "-m", "http.server", "8000"]
    workspace.run(workspace.image, on_8000, ports={"8000/tcp": (LOOPBACK, None), "9/udp": (LOOPBACK, None)})


@CATALOGUE.wrong(DOORS, "is open on 0.0.0.0, not on 127.0.0.1 alone.")
def doors_of_which_one_is_open_to_all(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image, ports={"5000/tcp": [(LOOPBACK, None), ("0.0.0.0", None)]})


@CATALOGUE.wrong(DOORS, "is open on 127.0.0.2, not on 127.0.0.1 alone. What goes before the host port?")
def doors_on_another_address(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image, **published(address="127.0.0.2"))


@CATALOGUE.wrong(DOORS, "publishes 5000/udp, and HTTP needs tcp. Where does udp come from?")
def doors_for_udp(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image, ports={"5000/udp": (LOOPBACK, None)})


@CATALOGUE.wrong(DOORS, "uses the host's own network, so no port of it is published.")
def doors_of_the_host(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image, SLEEP, network_mode="host")


@CATALOGUE.wrong(DOORS, "was made, but never started. Which command starts it?")
def doors_of_one_that_is_only_made(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.create(workspace.image)


@CATALOGUE.wrong(DOORS, "is paused, so its program does nothing. Which command lets it go on?")
def doors_of_one_that_is_paused(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    serving(workspace).pause()


@CATALOGUE.wrong(DOORS, "one container runs from ")
def doors_of_another_image(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.put(f"{SERVE}ENV OTHER=1\n", tag="2.0"), **published())


@CATALOGUE.right(DOORS)
def doors_among_walls(workspace: ExerciseWorkspace) -> None:
    for _ in range(3):
        serving(workspace)
    workspace.run(workspace.image)
    workspace.ended(workspace.image, ["false"])


@CATALOGUE.wrong(DOORS, "degrees_api:1.0. The first one is started further up on this page.")
def doors_nowhere(workspace: ExerciseWorkspace) -> None:
    workspace.put(SERVE)


@CATALOGUE.wrong(DOORS, "one container runs from ")
def doors_one(workspace: ExerciseWorkspace) -> None:
    serving(workspace)


@CATALOGUE.wrong(DOORS, "no port of it is published. Which argument of run makes a door?")
def doors_and_a_wall(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image)


@CATALOGUE.wrong(DOORS, "no port of it is published.")
def doors_after_a_wall(workspace: ExerciseWorkspace) -> None:
    workspace.put(SERVE)
    workspace.run(workspace.image)
    serving(workspace)


@CATALOGUE.wrong(DOORS, "no port of it is published.")
def doors_that_are_announced_alone(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"EXPOSE {APP_PORT}\n{SERVE}")
    workspace.run(workspace.image)


@CATALOGUE.wrong(DOORS, f"leads to container port 80, and the program listens on {APP_PORT}. Which of the two")
def doors_to_another_port(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image, **published(80))


@CATALOGUE.wrong(DOORS, f"is open on 0.0.0.0, not on {LOOPBACK} alone. What goes before the host port?")
def doors_to_the_world(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.run(workspace.image, **published(address="0.0.0.0"))


@CATALOGUE.wrong(DOORS, "was made, but never ran: ")
def doors_at_one_host_port(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    with socket.create_server((LOOPBACK, 0)) as listener, pytest.raises(APIError):
        workspace.run(workspace.image, **published(host_port=listener.getsockname()[1]))


@CATALOGUE.wrong(DOORS, "has ended with exit code 7. What does its log say last?")
def doors_of_one_that_has_ended(workspace: ExerciseWorkspace) -> None:
    serving(workspace)
    workspace.ended(workspace.image, ["sh", "-c", "exit 7"])


@CATALOGUE.wrong(
    DOORS, "leads to its port 5000, where nothing listens: a program waits on no port at all.", patience=IN_VAIN
)
def doors_behind_which_nobody_is(workspace: ExerciseWorkspace) -> None:
    workspace.put(SERVE, DOES_NOTHING)
    workspace.run(workspace.image, SLEEP, **published())


def test_state(state_cache: StateCache, state: State) -> None:
    state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
