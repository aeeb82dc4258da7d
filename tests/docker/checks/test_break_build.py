"""What students do on the page that breaks the build."""

from __future__ import annotations

import pytest

from workbench.checks import break_build
from workbench.settings import PATHS

from .catalogue import IN_VAIN, Catalogue, State
from .exercise_workspace import LISTENS
from .notebook_replay import CMD, COPY, LISTENS_NOT, NO_FLASK, NotebookReplay
from .solutions import Exercise, Solution, builds, builds_on_finished, folded, nothing, states
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker

PAGE = "04_break_build"


def with_rules(rules: str, solution: Solution) -> Solution:
    """Write ``.dockerignore`` before."""

    def both(replay: NotebookReplay) -> None:
        (replay.lesson.folder / ".dockerignore").write_text(rules)
        solution(replay)

    return both


RULES = "*\n!degrees_api.py\n"
COPIED = Exercise(
    "copied-and-no-more",
    PAGE,
    1,
    until="### Read it",
    right={
        "folded": folded,
        "without rules": with_rules("", builds("copied", COPY + CMD)),
        "without find, as a user who may not look": with_rules(
            RULES,
            builds("copied", COPY + "RUN rm $(command -v find) && mkdir -m 700 /closed\nUSER nobody\n" + CMD),
        ),
        "only the secret shut out": with_rules("**/.env\n", builds("copied", "WORKDIR /srv\nCOPY . .\n" + CMD)),
        "from the finished image": with_rules(
            RULES, builds_on_finished("copied", "WORKDIR /srv\n" + COPY.replace(" /", " /srv/") + CMD)
        ),
    },
    wrong={
        "nothing": (nothing, ":copied yet. Which command or call builds one under this name?"),
        "everything": (
            with_rules("", builds("copied", "COPY . /\n" + CMD)),
            "/.env is in the image, password and all. Which rule of .dockerignore kept it out before?",
        ),
        "deleted too late": (
            with_rules("", builds("copied", "COPY . /\nRUN find / -xdev -name .env -delete\n" + CMD)),
            "/.env is in the image, password and all.",
        ),
        "everything, elsewhere": (
            with_rules("", builds("copied", "WORKDIR /srv\nCOPY . .\n" + CMD)),
            "/srv/.env is in the",
        ),
        "no COPY": (builds("copied", CMD), "Where does COPY put the program, and where does CMD look for it?"),
        "another place": (
            with_rules(RULES, builds("copied", COPY.replace(" /", " /srv/") + CMD)),
            "Where does COPY put the program",
        ),
        "no CMD": (with_rules(RULES, builds("copied", COPY)), "that of its base. Which instruction sets another?"),
        "no RUN": (
            with_rules(RULES, builds("copied", COPY + CMD, NO_FLASK)),
            "Which instruction installs Flask, and is it still there?",
        ),
    },
)

INSTALL = "COPY requirements.txt /\nRUN pip install -r requirements.txt\n"
PINS = " ".join((PATHS.app / "requirements.txt").read_text().split("\n", 1)[1].split())
FROM_FILE = Exercise(
    "installed-from-file",
    PAGE,
    2,
    right={
        "folded": folded,
        "mounted nowhere, copied whole": builds("from-file", "COPY . /\nRUN pip install -r requirements.txt\n" + CMD),
        "in a folder": builds(
            "from-file",
            "WORKDIR /srv\nCOPY requirements.txt degrees_api.py ./\nRUN pip install -r requirements.txt\n" + CMD,
        ),
        "by hand": builds("from-file", f"RUN pip install {PINS}\n{COPY}{CMD}"),
    },
    wrong={
        "nothing": (nothing, ":from-file yet. Which command or call builds one under this name?"),
        "no Python to ask": (
            builds(
                "from-file",
                COPY + "RUN ln -s $(command -v python) /program\nENV PATH=/nowhere\n"
                'CMD ["/program", "degrees_api.py"]\n',
            ),
            "the image has no Python that could be asked for its packages.",
        ),
        "no pip": (
            builds("from-file", COPY + CMD),
            "asks for click 8.1.3, and the image has none. What does RUN give",
        ),
        "other versions": (
            builds_on_finished("from-file", "RUN pip install --no-deps click==8.1.7\n"),
            "asks for click 8.1.3, and the image has 8.1.7.",
        ),
        "no Flask": (
            builds("from-file", COPY + CMD, NO_FLASK),
            "Which instruction installs Flask, and is it still there?",
        ),
        "no COPY of the program": (builds("from-file", CMD), "Where does COPY put the program"),
        "no CMD": (builds("from-file", COPY), "that of its base. Which instruction sets another?"),
        "another program": (builds("from-file", COPY + CMD, LISTENS_NOT), "nothing listens on port", IN_VAIN),
    },
)

ALIVE = Exercise(
    "stays-up",
    PAGE,
    3,
    right={
        "folded": folded,
        "a bound": builds_on_finished("alive", "RUN pip install 'Werkzeug<3'\n"),
        "the file": builds_on_finished("alive", INSTALL),
        "a newer Flask": builds_on_finished("alive", "RUN pip install Flask==3.0.3\n"),
    },
    wrong={
        "nothing": (nothing, ":alive yet. Which command or call builds one under this name?"),
        "unpinned still": (
            builds_on_finished("alive", "RUN pip install --upgrade Werkzeug\n"),
            "Which Werkzeug did pip choose, and which one does this Flask need?",
        ),
        "no RUN": (builds("alive", COPY + CMD, NO_FLASK), "Which instruction installs Flask, and is it still there?"),
        "no COPY": (builds("alive", CMD), "Where does COPY put the program, and where does CMD look for it?"),
        "no CMD": (builds("alive", COPY), "that of its base. Which instruction sets another?"),
        "a glance": (
            builds("alive", COPY + CMD, f"import os, threading; threading.Timer(1, os._exit, [9]).start()\n{LISTENS}"),
            "ends with exit code 9",
        ),
        "sleeps": (builds_on_finished("alive", 'CMD ["sleep", "600"]\n'), "nothing listens on port", IN_VAIN),
        "no list": (
            builds_on_finished("alive", "CMD ['python', 'degrees_api.py']\n"),
            "after CMD valid JSON",
        ),
    },
)

EXERCISES = [COPIED, FROM_FILE, ALIVE]
CATALOGUE = Catalogue(break_build, states(break_build, EXERCISES), equivalent={})


def test_state(break_state_cache: StateCache, state: State) -> None:
    break_state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(break_state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(break_state_cache)) == ""
