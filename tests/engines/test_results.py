"""What is counted of a run, and what is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engines import catalogue, results, suite
from workbench.book.sphinx_ext import proven_on
from workbench.errors import TutorialError
from workbench.settings import Paths

REPORT = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest">
<testcase classname="tests.a" name="test_passes"/>
<testcase classname="tests.a" name="test_fails"><failure message="no">assert</failure></testcase>
<testcase classname="tests.a" name="test_breaks"><error message="no">setup</error></testcase>
<testcase classname="tests.a" name="test_fails_twice"><failure message="no"/></testcase>
<testcase classname="tests.a" name="test_fails_twice"><error message="teardown"/></testcase>
<testcase classname="tests.a" name="test_waits"><skipped message="not here"/></testcase>
</testsuite></testsuites>
"""
COUNTED = {
    "passed": 1,
    "of": 5,
    "failed": ["tests.a::test_breaks", "tests.a::test_fails", "tests.a::test_fails_twice"],
    "skipped": ["tests.a::test_waits"],
}


def test_what_fails_or_breaks_or_is_skipped_has_not_passed() -> None:
    assert results.count(REPORT) == COUNTED


def test_a_report_without_tests_counts_none() -> None:
    assert results.count("<testsuites/>") == {"passed": 0, "of": 0, "failed": [], "skipped": []}


class Machine:
    """A machine whose tests end with a code and a report."""

    def __init__(self, version: str, code: int = 0) -> None:
        self._facts, self._code = {"version": version, "engine": f"Docker {version}"}, code
        self.lines: list[tuple[str, dict[str, str]]] = []

    def run(self, script: str) -> None:
        """Do nothing."""

    def call(self, script: str, **env: str) -> int:
        """Note what would be run."""
        self.lines.append((script, env))
        return self._code

    def read(self, path: str) -> str:
        """Give what the machine has written."""
        return REPORT if path == suite.REPORT else json.dumps(self._facts)


def run(machine: Any, name: str, *chosen: str) -> dict[str, Any]:
    engine = catalogue.find(name)
    return suite.run(machine, engine, list(chosen) or suite.parts(engine))


def test_a_whole_run_is_kept_and_a_part_of_one_is_not(paths: Paths) -> None:
    proven_on.folder(paths).mkdir(parents=True)
    engine = catalogue.find("docker-20.10")
    assert suite.keep(paths, engine, run(Machine("20.10.24"), "docker-20.10", "notebooks")) is None
    assert proven_on.read(paths) == {}
    whole = run(Machine("20.10.24"), "docker-20.10")
    assert suite.keep(paths, engine, whole) == proven_on.folder(paths) / "docker-20.10.json"
    assert proven_on.read(paths) == {"docker-20.10": whole}
    assert whole["parts"]["notebooks"] == COUNTED
    assert not suite.succeeded(whole)


def test_each_builder_gets_the_commands_and_podman_has_one() -> None:
    machine = Machine("28.5.2")
    run(machine, "docker-28.5-containerd", "commands", "commands-buildkit")
    assert [env for _, env in machine.lines] == [{"DOCKER_BUILDKIT": "0"}, {"DOCKER_BUILDKIT": "1"}]
    assert "commands-buildkit" not in suite.parts(catalogue.find("podman-5.8"))


def test_another_release_than_the_name_says_proves_nothing() -> None:
    with pytest.raises(TutorialError, match=r"has Docker 29\.1\.0, not docker-28"):
        run(Machine("29.1.0"), "docker-28.5-overlay2")


@pytest.mark.parametrize("code", [2, 3, 4, 5, 137])
def test_tests_that_could_not_run_are_no_result(code: int) -> None:
    with pytest.raises(TutorialError, match=f"ended with code {code}"):
        run(Machine("20.10.24", code), "docker-20.10", "engine")


def test_a_name_that_no_engine_has_is_answered_with_those_there_are() -> None:
    with pytest.raises(TutorialError, match=r"Choose one: docker-20\.10, .*podman-5\.8"):
        catalogue.find("docker-99")


def test_a_part_that_no_engine_has_is_answered_with_those_there_are() -> None:
    with pytest.raises(TutorialError, match="Choose one: notebooks, commands, "):
        suite.chosen(catalogue.find("podman-5.8"), ["browser"])


def test_all_parts_are_run_where_none_is_chosen() -> None:
    engine = catalogue.find("docker-26.1")
    assert suite.chosen(engine, []) == list(suite.PARTS)
    assert suite.chosen(engine, ["engine"]) == ["engine"]
