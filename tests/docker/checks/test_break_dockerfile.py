"""What students do on the page that breaks the Dockerfile."""

from __future__ import annotations

import pytest

from workbench.checks import break_dockerfile
from workbench.settings import APP_PORT, FLASK, WERKZEUG

from .catalogue import IN_VAIN, Catalogue, State
from .notebook_replay import CMD, COPY, LISTENS_NOT, LOGS_LET_GO, NO_FLASK, NO_URL_QUOTE
from .solutions import Exercise, builds, builds_on_finished, folded, nothing, states
from .state_cache import StateCache, Survivors

pytestmark = LOGS_LET_GO

PAGE = "03_break_dockerfile"
POLITE = "COPY polite.py /polite.py\n"


LINES = Exercise(
    "two-lines-one-instruction",
    PAGE,
    1,
    right={
        "folded": folded,
        "one line": builds_on_finished("lines", f"RUN pip install Flask=={FLASK} Werkzeug=={WERKZEUG}\n"),
        "an instruction each": builds_on_finished(
            "lines", f"RUN pip install Flask=={FLASK}\nRUN pip install Werkzeug=={WERKZEUG}\n"
        ),
        "joined": builds_on_finished(
            "lines", f"RUN pip install Flask=={FLASK} \\\n && pip install Werkzeug=={WERKZEUG}\n"
        ),
    },
    wrong={
        "nothing": (nothing, ":lines yet. Which command or call builds one under this name?"),
        "another tag": (builds("line", COPY + CMD), ":line. Is that the one, under another name?"),
        "both lines lost": (
            builds("lines", COPY + CMD, NO_FLASK),
            "Which instruction installs Flask, and is it still there?",
        ),
        "one line lost": (builds("lines", COPY + CMD, NO_URL_QUOTE), "Which Werkzeug did pip choose"),
        "no COPY": (builds("lines", CMD), "Where does COPY put the program, and where does CMD look for it?"),
        "no CMD": (builds("lines", COPY), "that of its base. Which instruction sets another?"),
        "another program": (
            builds("lines", COPY + CMD, LISTENS_NOT),
            f"in it nothing listens on port {APP_PORT}. What does its command start?",
            IN_VAIN,
        ),
    },
)

WORDS = Exercise(
    "list-of-words",
    PAGE,
    2,
    right={
        "folded": folded,
        "a line that gives up its place": builds_on_finished("words", "CMD exec python degrees_api.py\n"),
        "ENTRYPOINT": builds_on_finished("words", 'ENTRYPOINT ["python"]\nCMD ["/degrees_api.py"]\n'),
        "nothing of its own": builds_on_finished("words", ""),
    },
    wrong={
        "nothing": (nothing, ":words yet. Which command or call builds one under this name?"),
        "a line": (
            builds_on_finished("words", "CMD python degrees_api.py\n"),
            "process 1 is a shell with the line python degrees_api.py. How is a list written?",
        ),
        "a shell in the list": (
            builds_on_finished("words", 'CMD ["sh", "-c", "python degrees_api.py; true"]\n'),
            "process 1 is a shell with the line python degrees_api.py; true.",
        ),
        "one word": (
            builds_on_finished("words", 'CMD ["python degrees_api.py"]\n'),
            "is each word an item of",
        ),
        "misspelt": (
            builds_on_finished("words", 'CMD ["pyton", "degrees_api.py"]\n'),
            'exec: "pyton": executable file not found',
        ),
        "single quotes": (
            builds_on_finished("words", "CMD ['python', 'degrees_api.py']\n"),
            "with every comma and with double",
        ),
        "no comma": (
            builds_on_finished("words", 'CMD ["python" "degrees_api.py"]\n'),
            "with every comma and with double quotes?",
        ),
        "from the bare base": (builds("words", CMD), "Where does COPY put the program, and where does CMD look"),
        "no CMD on the bare base": (builds("words", COPY), "that of its base. Which instruction sets another?"),
        "ends by itself": (builds_on_finished("words", 'CMD ["true"]\n'), "ends with exit code 0: it printed nothing."),
    },
)

SIGNAL = Exercise(
    "heard-the-signal",
    PAGE,
    3,
    right={
        "folded": folded,
        "exec in the line": builds_on_finished("signal", POLITE + "CMD exec python /polite.py\n"),
        "a shell that is given up": builds_on_finished(
            "signal", POLITE + 'CMD ["sh", "-c", "exec python -u /polite.py"]\n'
        ),
        "ENTRYPOINT": builds_on_finished("signal", POLITE + 'ENTRYPOINT ["python"]\nCMD ["/polite.py"]\n'),
    },
    wrong={
        "nothing": (nothing, ":signal yet. Which command or call builds one under this name?"),
        "a line": (
            builds_on_finished("signal", POLITE + "CMD python /polite.py\n"),
            "process 1 is a shell with the line python /polite.py. How is a list written?",
        ),
        "deaf": (
            builds_on_finished(
                "signal", """CMD ["python", "-uc", "import time; print('Ready.'); time.sleep(600)"]\n"""
            ),
            "did not act on the signal. Which program has a handler for it?",
        ),
        "gone before the signal": (
            builds_on_finished("signal", """CMD ["sh", "-c", "echo Ready."]\n"""),
            "ends with exit code 0: Ready.",
        ),
        "one word": (
            builds_on_finished("signal", POLITE + 'CMD ["python /polite.py"]\n'),
            "is each word an item of",
        ),
        "no comma": (
            builds_on_finished("signal", POLITE + 'CMD ["python" "/polite.py"]\n'),
            "Is the list after CMD valid JSON",
        ),
        "no COPY": (builds_on_finished("signal", 'CMD ["python", "/polite.py"]\n'), "Where does COPY put the program"),
        "another program": (
            builds_on_finished("signal", ""),
            "never says that it is ready. Which program",
            IN_VAIN,
        ),
        "no CMD": (builds("signal", POLITE), "that of its base. Which instruction sets another?"),
        "another end": (
            builds_on_finished(
                "signal", """CMD ["sh", "-c", "trap 'exit 3' TERM; echo Ready.; while true; do sleep 0.1; done"]\n"""
            ),
            "it ended with exit code 3, and polite.py ends with 0.",
        ),
    },
)

EXERCISES = [LINES, WORDS, SIGNAL]
CATALOGUE = Catalogue(
    break_dockerfile,
    states(break_dockerfile, EXERCISES),
    equivalent={
        "STOP_GRACE = 5  # seconds between the request to end and the kill | 5 -> 6": "a deaf program is deaf longer",
    },
)


def test_state(break_state_cache: StateCache, state: State) -> None:
    break_state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(break_state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(break_state_cache)) == ""
