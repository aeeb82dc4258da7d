"""Which cause is named where a text shows several, and what is said where none is certain."""

from __future__ import annotations

import pytest

from workbench import explain as package
from workbench.explain import Explanation, explain
from workbench.explain.causes import CAUSES
from workbench.explain.evidence import Evidence
from workbench.explain.proof import Case, Probe, Proof

UNKNOWN, NO_NAMES = "E: Unable to locate package curl", "  Temporary failure resolving 'deb.debian.org'"
NO_ENGINE = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
NO_SUCH_FILE = "exec /start.sh: no such file or directory"


def probes_say(monkeypatch: pytest.MonkeyPatch, confirmed: bool | None, *keys: str) -> None:
    """Let each probe, or those of some causes, say the same."""
    chosen = {cause.prove for cause in CAUSES if cause.key in keys}

    def run(probe: Probe, _case: Case, _patience: float) -> Proof:
        return Proof(confirmed if not chosen or probe in chosen else None, "so it is.")

    monkeypatch.setattr(package, "run", run)


def explained(text: str) -> Explanation:
    explanation = explain(text)
    assert explanation
    return explanation


@pytest.mark.parametrize("text", [f"{NO_NAMES}\n{UNKNOWN}", f"{UNKNOWN}\n{NO_NAMES}"])
def test_the_root_wins_over_what_follows_from_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    probes_say(monkeypatch, None)
    assert explained(text).cause.key == "names-in-container"
    assert explained(UNKNOWN).cause.key == "apt-no-lists"


def test_each_cause_that_follows_names_causes_that_there_are() -> None:
    keys = {cause.key for cause in CAUSES}
    assert all(keys >= set(cause.follows) for cause in CAUSES)


def test_a_certain_cause_that_its_probe_denies_is_only_a_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    probes_say(monkeypatch, False)
    said = str(explained(NO_ENGINE))
    assert said.startswith("Explained: Perhaps: No engine answers\n")
    assert "Looked here: on this machine it isn't so now: so it is.\n" in said
    assert "If it happened on a different machine or a while ago, look there: this probe can't tell.\n" in said


def test_a_certain_cause_whose_probe_can_t_be_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    probes_say(monkeypatch, None)
    assert str(explained(NO_ENGINE)).startswith("Explained: No engine answers\n")


def test_candidates_stand_under_one_title_each_with_its_own_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    probes_say(monkeypatch, None)
    explanation = explained(NO_SUCH_FILE)
    said = str(explanation)
    assert said.count("Explained: ") == 1
    assert said.startswith("Explained: One of these 2: ")
    for part in ("Cause: ", "Probe: ", "Fix: ", "More: "):
        assert said.count(f"\n{part}") == 2
    for number, one in enumerate(explanation.candidates, start=1):
        assert f"\n{number}. {one.cause.title}\n" in said
        assert f"#{one.cause.key}," in said


def test_a_candidate_that_is_proven_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    probes_say(monkeypatch, True, "interpreter-missing")
    explanation = explained(NO_SUCH_FILE)
    assert (explanation.cause.key, explanation.sure, explanation.others) == ("interpreter-missing", True, ())


def test_of_what_happened_here_probes_decide_and_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    probes_say(monkeypatch, None)
    assert explain(Evidence(NO_SUCH_FILE, container="web")) is None
