"""What students do on the page that breaks the run."""

from __future__ import annotations

import docker
import pytest
from docker.errors import NotFound
from docker.models.containers import Container

from tests.support.waiting import wait_until
from workbench.checks import break_run
from workbench.checks.engine_state import EngineState

from .catalogue import IN_VAIN, Catalogue, State
from .notebook_replay import LOGS_LET_GO, NotebookReplay
from .solutions import Exercise, Solution, does, folded, nothing, states
from .state_cache import StateCache, Survivors

pytestmark = LOGS_LET_GO

PAGE = "05_break_run"
RUN = "it = client.containers.run(image, {}, detach=True, labels=lesson.labels)"
DOOR = 'ports={"5000/tcp": ("127.0.0.1", lesson.port())}'
BOTH = '["sh", "-c", "flask --app degrees_api run & exec flask --app degrees_api run --host=::1"]'
FLASK = '["flask", "--app", "degrees_api", "run", {}]'


def runs(*arguments: str) -> Solution:
    """Give the solution of one container."""
    return lambda replay: replay.does(RUN.format(", ".join(arguments)))


DOORS = Exercise(
    "one-door",
    PAGE,
    1,
    right={
        "folded": folded,
        "the engine's choice of port": runs('ports={"5000/tcp": ("127.0.0.1", None)}'),
        "a name, and the quiet one gone": does(
            "quiet.remove(force=True)", RUN.format(f'name=lesson.name("heard"), {DOOR}')
        ),
        "another command": runs('["python", "/degrees_api.py"]', DOOR),
    },
    wrong={
        "nothing": (nothing, "runs, but no port of it is published. Which argument of run makes a door?"),
        "none left": (does("quiet.remove(force=True)"), "there is no container of"),
        "no door again": (runs('name=lesson.name("second")'), "-second runs, but no port of it is published."),
        "the numbers swapped": (
            runs('ports={f"{lesson.port(5400)}/tcp": ("127.0.0.1", port)}'),
            "leads to container port 54",
        ),
        "another container port": (
            runs('ports={"80/tcp": ("127.0.0.1", port)}'),
            "leads to container port 80, and the",
        ),
        "every address": (runs('ports={"5000/tcp": ("0.0.0.0", port)}'), "is open on 0.0.0.0, not on 127.0.0.1 alone."),
        "ended": (
            does("quiet.remove(force=True)", RUN.format(f'["false"], {DOOR}'), "it.wait()"),
            "has ended with exit code 1. What does its log say last?",
        ),
        "only made": (
            does(f"it = client.containers.create(image, {DOOR}, labels=lesson.labels)"),
            "was made, but never started. Which command starts it?",
        ),
        "another door open to all": (
            runs('ports={"5000/tcp": [("127.0.0.1", None), ("0.0.0.0", None)]}'),
            "is open on 0.0.0.0, not on 127.0.0.1 alone.",
        ),
        "asleep": (
            runs('["sleep", "600"]', DOOR),
            "where nothing listens: a program waits on no port at all.",
            IN_VAIN,
        ),
        "without a Python to ask": (
            does(
                RUN.format(f'["sh", "-c", "rm $(command -v python) && sleep 600"], {DOOR}'),
                'while it.exec_run(["sh", "-c", "command -v python"]).exit_code == 0: pass',
            ),
            "where nothing listens: a program waits on no port at all.",
            IN_VAIN,
        ),
        "exposed, not published": (
            does("it = client.api.create_container(image, ports=[5000], labels=lesson.labels)", "client.api.start(it)"),
            "runs, but no port of it is published.",
        ),
        "both of its own addresses": (
            runs(BOTH, DOOR, 'sysctls={"net.ipv6.conf.lo.disable_ipv6": "0"}'),
            "listens on 127.0.0.1 of the container alone",
        ),
    },
)

INWARD = Exercise(
    "all-addresses",
    PAGE,
    2,
    right={
        "folded": folded,
        "short": runs(FLASK.format('"-h", "0.0.0.0"'), DOOR),
        "by the environment": runs(FLASK.format(""), DOOR, 'environment={"FLASK_RUN_HOST": "0.0.0.0"}'),
        "one line": runs('"flask --app /degrees_api.py run --host=0.0.0.0"', DOOR),
        "as a module": runs('["python", "-m", "flask", "--app", "degrees_api", "run", "--host=::"]', DOOR),
    },
    wrong={
        "nothing": (nothing, "listens on 127.0.0.1 of the container alone, and no door leads there, however wide."),
        "a wider door": (
            runs(FLASK.format(""), 'ports={"5000/tcp": ("0.0.0.0", lesson.port())}'),
            "no door leads there, however wide. Which argument of `flask run` names the address?",
        ),
        "the other command": (
            does("inward.remove(force=True)", RUN.format(DOOR)),
            "was given a command with `flask` in it.",
        ),
        "no door": (runs(FLASK.format('"--host=0.0.0.0"')), "no port of it is published. Which argument of run makes"),
        "another port inside": (
            does(
                RUN.format(FLASK.format('"--host=0.0.0.0", "--port=8000"') + f", {DOOR}"),
                'while b"Running on" not in it.logs(): it.reload(); assert it.status == "running"',
            ),
            "where nothing listens: a program waits on [8000]. Which of the two do you change?",
            IN_VAIN,
        ),
        "another container port": (
            runs(FLASK.format('"--host=0.0.0.0"'), 'ports={"8000/tcp": ("127.0.0.1", lesson.port())}'),
            "leads to container port 8000, and the program listens on 5000.",
        ),
        "open to all": (
            runs(FLASK.format('"--host=0.0.0.0"'), 'ports={"5000/tcp": ("0.0.0.0", lesson.port())}'),
            "is open on 0.0.0.0, not on 127.0.0.1 alone.",
        ),
    },
)

NAMED = RUN.format(f"name=name, {DOOR}")
NAMES = Exercise(
    "by-that-name",
    PAGE,
    3,
    until="### Repair it",
    right={
        "with another command": does(
            "leftover.remove()", RUN.format(f'["python", "/degrees_api.py"], name=name, {DOOR}')
        ),
        "folded": folded,
        "the leftover renamed": does('leftover.rename(lesson.name("old"))', NAMED),
        "the door made free": does("first.remove(force=True)", "leftover.start()"),
        "another container renamed": does("leftover.remove()", RUN.format(DOOR), "it.rename(name)"),
    },
    wrong={
        "nothing": (
            nothing,
            "was made, but never ran: port is already allocated. What has to change before it can start?",
        ),
        "only removed": (does("leftover.remove()"), "-api any more. Which call starts one under it?"),
        "only made": (
            does("leftover.remove()", f"client.containers.create(image, name=name, {DOOR}, labels=lesson.labels)"),
            "was made, but never started. Which command starts it?",
        ),
        "no door": (does("leftover.remove()", RUN.format("name=name")), "no port of it is published."),
        "another door": (
            does("leftover.remove()", RUN.format('name=name, ports={"80/tcp": ("127.0.0.1", lesson.port())}')),
            "leads to container port 80",
        ),
        "ended": (
            does("leftover.remove()", RUN.format(f'["false"], name=name, {DOOR}'), "it.wait()"),
            "-api has ended with exit code 1. What does its log say last?",
        ),
        "open to all": (
            does("leftover.remove()", RUN.format('name=name, ports={"5000/tcp": ("0.0.0.0", lesson.port())}')),
            "is open on 0.0.0.0, not on 127.0.0.1 alone.",
        ),
        "another image": (
            does(
                "leftover.remove()",
                'line = "touch /degrees; exec python -m http.server 5000 --directory /"',
                RUN.replace("image, ", '"python:3.8.10", ').format(f'["sh", "-c", line], name=name, {DOOR}'),
            ),
            "answers, but it is of python:3.8.10. Which image does",
        ),
        "another program": (
            does(
                "leftover.remove()",
                RUN.format(f'["python", "-m", "http.server", "5000"], name=name, {DOOR}'),
            ),
            "something else than degrees answers there.",
        ),
    },
)

EXERCISES = [DOORS, INWARD, NAMES]
CATALOGUE = Catalogue(break_run, states(break_run, EXERCISES))


def test_state(break_state_cache: StateCache, state: State) -> None:
    break_state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(break_state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(break_state_cache)) == ""


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ("", "has ended with exit code 0. What does its log say last?"),
        ("remove=True, ", "has ended, and was removed with its log. Was it started with remove=True?"),
    ],
)
def test_a_program_may_end_while_it_is_looked_at(more: str, hint: str) -> None:
    replay = NotebookReplay()
    replay.play(PAGE, 1, "### Break it")
    runs('["sh", "-c", "until test -e /end; do sleep 0.1; done"]', f"{more}{DOOR}")(replay)

    class Slow(EngineState):
        def containers(self, image: str = "") -> list[Container]:
            found = super().containers(image)
            found[0].exec_run(["touch", "/end"])
            wait_until(lambda: _is_over(self.client, str(found[0].name), removed=bool(more)))
            return found

    seen = replay.engine
    verdict = break_run.one_door(Slow(seen.client, seen.session, seen.image))
    assert hint in verdict.message
    replay.clean()


def _is_over(client: docker.DockerClient, name: str, *, removed: bool) -> bool:
    """Look at the engine, and not at what the check has seen of the container."""
    try:
        container = client.containers.get(name)
    except NotFound:
        return removed
    return container.status == "exited" and not removed
