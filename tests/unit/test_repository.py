"""The files around the code: they parse, agree with each other, and name what is there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engines.catalogue import ENGINES
from workbench.cli import main as cli
from workbench.cli.test_suite import LINT
from workbench.settings import PATHS

GITHUB = PATHS.root / ".github"
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FIELDS = {"checkboxes", "dropdown", "input", "markdown", "textarea"}
PINNED = re.compile(r"uses: (?:\./\S+|[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")


def load(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text()))


def version_of(text: str) -> str:
    found = re.search(r'^version\s*[=:]\s*"?([\d.]+)"?$', text, re.MULTILINE)
    assert found
    return found[1]


def test_the_version_and_its_date_are_the_same_everywhere() -> None:
    released = re.search(r"^## (\d\S*) - (\S+)$", (PATHS.root / "CHANGELOG.md").read_text(), re.MULTILINE)
    citation = load(PATHS.root / "CITATION.cff")
    assert released
    assert released.groups() == (citation["version"], citation["date-released"])
    assert version_of((PATHS.root / "pyproject.toml").read_text()) == released[1]


def test_the_citation_has_what_the_format_requires() -> None:
    citation = load(PATHS.root / "CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"] == load(PATHS.root / "_config.yml")["title"]
    assert citation["authors"] == [{"name": load(PATHS.root / "_config.yml")["author"]}]


def test_the_hooks_run_the_linters_of_the_tests_and_download_nothing() -> None:
    [repository] = load(PATHS.root / ".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    entries = [hook["entry"].split() for hook in repository["hooks"]]
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
    assert {tuple(entry[:2]) for entry in entries} == {(".venv/bin/python", "-m")}
    modules = {entry[2] for entry in entries}
    assert modules <= {word for step in LINT for word in step}
    assert all(map(importlib.util.find_spec, modules))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_for_an_issue_is_one_that_github_takes(path: Path) -> None:
    form = load(path)
    assert {"name", "description", "body"} <= form.keys()
    assert all(field["type"] in FIELDS and field["attributes"]["label"] for field in form["body"])
    keys = [field["id"] for field in form["body"]]
    assert len(keys) == len(set(keys))
    assert any(field.get("validations", {}).get("required") for field in form["body"])


def test_there_are_three_forms() -> None:
    assert [path.stem for path in FORMS] == ["bug", "idea", "page_error"]


def test_dependabot_looks_where_there_is_something_to_update() -> None:
    manifest = {"pip": "requirements.in", "npm": "package-lock.json", "github-actions": ".github/workflows"}
    updates = load(GITHUB / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == manifest.keys()
    for update in updates:
        for folder in update.get("directories", [update.get("directory")]):
            assert (PATHS.root / folder.strip("/") / manifest[update["package-ecosystem"]]).exists()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_action_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    used = [line.strip() for line in path.read_text().splitlines() if "uses:" in line]
    assert used
    assert [line for line in used if not PINNED.search(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_names_files_that_are_there(path: Path) -> None:
    text = path.read_text()
    runs = [step["run"] for job in load(path)["jobs"].values() for step in job.get("steps", []) if "run" in step]
    called = [job["uses"] for job in load(path)["jobs"].values() if "uses" in job]
    hashed = [name for names in re.findall(r"hashFiles\((.*?)\)", text) for name in re.findall(r"'(.+?)'", names)]
    for name in [*(run.split()[0] for run in runs), *called, *hashed]:
        assert list(PATHS.root.glob(name.removeprefix("./"))), name


def test_what_is_published_has_passed_the_tests() -> None:
    jobs = load(GITHUB / "workflows/publish.yml")["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/test.yml"
    assert jobs["build"]["needs"] == "test"
    assert jobs["deploy"]["needs"] == "build"
    assert "  workflow_call:\n" in (GITHUB / "workflows/test.yml").read_text()


def test_only_what_deploys_or_reports_may_write() -> None:
    writing = [
        (path.stem, name)
        for path in WORKFLOWS
        for name, job in load(path)["jobs"].items()
        if "write" in {**load(path)["permissions"], **job.get("permissions", {})}.values()
    ]
    assert writing == [("publish", "deploy"), ("weekly", "report")]


def test_the_attributes_are_of_files_that_are_there() -> None:
    lines = [line.split() for line in (PATHS.root / ".gitattributes").read_text().splitlines()]
    given = {words[0]: words[1:] for words in lines if words and words[0] != "#"}
    for pattern in given:
        assert any(next(PATHS.root.glob(f"{above}{pattern}"), None) for above in ("", "*/", "*/*/")), pattern
    assert {"eol=lf", "diff=jupyternotebook"} <= set(given["*.ipynb"])
    assert given["requirements*.txt"] == given["package-lock.json"] == ["linguist-generated"]


def test_git_keeps_the_line_ends_of_logs() -> None:
    assert "tests/data/no_cause_logs/** -text\n" in (PATHS.root / ".gitattributes").read_text()
    assert b"\r\n" in (PATHS.root / "tests/data/no_cause_logs/ssh_denied.txt").read_bytes()


@pytest.mark.parametrize("name", sorted(cli.tutorial.commands))
def test_the_readme_names_each_command_with_its_options(name: str) -> None:
    rows = [
        row for row in (PATHS.root / "README.md").read_text().splitlines() if row.startswith(f"| `./tutorial {name}")
    ]
    assert rows
    options = [option for one in cli.tutorial.commands[name].params for option in one.opts if option.startswith("-")]
    assert [option for option in options if option not in "".join(rows)] == []


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", ".github/pull_request_template.md"])
def test_what_a_text_calls_a_command_is_one(path: str) -> None:
    called = re.findall(r"(?:`|\$ )\./tutorial ([a-z]+)", (PATHS.root / path).read_text())
    assert set(called) <= cli.tutorial.commands.keys()


def test_the_picture_of_the_rooms_shows_each_room() -> None:
    pictures = re.findall(r"```\n(.*?)```", (PATHS.root / "CONTRIBUTING.md").read_text(), re.DOTALL)
    rooms = [path.parent.name for path in (PATHS.root / "workbench").glob("*/__init__.py")]
    assert [room for room in rooms if not re.search(rf"│ {room} ", pictures[1])] == []


def test_the_weekly_run_tests_each_docker_engine_and_reports_what_fails() -> None:
    jobs = load(GITHUB / "workflows/weekly.yml")["jobs"]
    dockers = [name for name in ENGINES if name.startswith("docker-")]
    assert jobs["engines"]["strategy"]["matrix"]["engine"] == dockers
    assert jobs["report"]["needs"] == ["newest", "engines"]
    assert jobs["report"]["if"] == "failure()"


def test_what_is_published_ran_on_docker_hubs_image() -> None:
    runs = [step["run"] for step in load(GITHUB / "workflows/publish.yml")["jobs"]["build"]["steps"] if "run" in step]
    assert runs == [".ci/login", "./tutorial start --yes", "./tutorial book --recorded", ".ci/official"]
