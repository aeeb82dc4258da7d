"""The browser part: built once, again when something changed, and a clear word where it can't be."""

from __future__ import annotations

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import TutorialError
from workbench.provision import frontend, node
from workbench.settings import PATHS, Paths


class FakeNpm:
    """Stands in for npm: writes down its calls, and bundles in no time."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.calls: list[str] = []
        self.last: tuple[str, ...] = ()
        self.failing = ""
        self.said = ""

    def __call__(self, paths: Paths, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Do what npm would."""
        assert paths == self.paths
        assert folder == paths.frontend or arguments[0] == "ci"
        self.calls.append(arguments[0])
        (folder / "node_modules").mkdir(exist_ok=True)
        self.last = arguments
        if arguments[:2] == ("run", "build"):
            time.sleep(0.1)
            paths.bundles.joinpath("terminal.js").write_text("export {}")
        failed = arguments[0] == self.failing
        return subprocess.CompletedProcess(arguments, int(failed), "", self.said if failed else "npm warn much")


@pytest.fixture(name="npm", autouse=True)
def fixture_npm(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    paths.frontend.mkdir()
    (paths.frontend / "terminal.js").write_text("import 'x'")
    npm = FakeNpm(paths)
    monkeypatch.setattr(node, "npm", npm)
    return npm


def test_it_is_built_once_and_in_silence(paths: Paths, npm: FakeNpm, capfd: pytest.CaptureFixture[str]) -> None:
    assert frontend.bundle(paths, "terminal") == b"export {}"
    frontend.build(paths)
    assert npm.calls == ["ci", "run", "prune"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["terminal.js", "terminal.css", "build.mjs", "package-lock.json", "live/page.js"])
def test_a_changed_source_builds_it_again(paths: Paths, npm: FakeNpm, name: str) -> None:
    frontend.build(paths)
    paths.frontend.joinpath("live").mkdir()
    paths.frontend.joinpath(name).write_text("changed")
    frontend.build(paths)
    assert npm.calls == ["ci", "run", "prune"] * 2


def test_two_notebooks_build_it_once(paths: Paths, npm: FakeNpm) -> None:
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(frontend.bundle, [paths] * 4, ["terminal"] * 4)) == [b"export {}"] * 4
    assert npm.calls == ["ci", "run", "prune"]


@pytest.mark.parametrize("step", ["ci", "run"])
def test_a_failure_says_what_and_what_to_do_and_the_next_call_tries_again(
    paths: Paths, npm: FakeNpm, step: str
) -> None:
    npm.failing = step
    npm.said = "npm warn old\n\nnpm error code ENOTFOUND\nnpm error     at x.js:1\n" + "npm error more\n" * 100
    with pytest.raises(
        TutorialError, match=rf"`npm {step}` failed.\nnpm error code ENOTFOUND\nnpm error more"
    ) as failure:
        frontend.build(paths)
    assert "network" in failure.value.fix
    assert len(str(failure.value).splitlines()) < 12
    npm.failing = ""
    assert frontend.bundle(paths, "terminal") == b"export {}"


def test_style_sheets_are_lightened_by_what_is_built(paths: Paths, npm: FakeNpm) -> None:
    frontend.lighten(paths, Path("pages"), ["_static/one.css", "_static/two.css"])
    assert npm.calls == ["ci", "run", "prune", "run"]
    assert npm.last == ("run", "lighten", "--", "pages", "_static/one.css", "_static/two.css")


def test_a_silent_registry_is_a_failure_too(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(_paths: Paths, *arguments: str, **_options: Any) -> None:
        raise subprocess.TimeoutExpired(arguments, 300)

    monkeypatch.setattr(node, "npm", hang)
    with pytest.raises(TutorialError, match="No answer within 300 seconds"):
        frontend.build(paths)


@pytest.mark.parametrize(
    ("folder", "package"),
    [("frontend", "@xterm/xterm"), ("tests/browser", "axe-core"), ("benchmarks/lighthouse", "lighthouse")],
)
def test_the_lock_file_has_the_hashes_and_no_host(folder: str, package: str) -> None:
    text = (Path(__file__).parents[3] / folder / "package-lock.json").read_text()
    packages = {name: found for name, found in json.loads(text)["packages"].items() if name}
    assert f"node_modules/{package}" in packages
    assert all(found["integrity"].startswith("sha512-") for found in packages.values())
    assert not any("resolved" in found for found in packages.values())


def test_what_only_the_tests_need_is_installed_once_and_again_for_another_lock_file(paths: Paths, npm: FakeNpm) -> None:
    lock = paths.root / "tests/package-lock.json"
    lock.parent.mkdir()
    lock.write_text("{}")
    with ThreadPoolExecutor() as pool:
        list(pool.map(frontend.install, [paths] * 4, [lock.parent] * 4))
    assert npm.calls == ["ci"]
    lock.write_text("{ }")
    frontend.install(paths, lock.parent)
    assert npm.calls == ["ci"] * 2


def test_half_installed_is_installed_again(paths: Paths, npm: FakeNpm) -> None:
    (paths.frontend / "package-lock.json").write_text("{}")
    npm.failing = "ci"
    with pytest.raises(TutorialError):
        frontend.install(paths, paths.frontend)
    npm.failing = ""
    frontend.install(paths, paths.frontend)
    assert npm.calls == ["ci"] * 2


def test_the_front_end_is_checked_with_the_packages_that_it_is_made_of() -> None:
    own = json.loads((PATHS.frontend / "package.json").read_text())
    checked = json.loads((PATHS.root / "tests/frontend/package.json").read_text())["devDependencies"]
    made_of = {**own["dependencies"], **own["devDependencies"]}
    assert made_of.items() <= checked.items()
    assert set(checked) - set(made_of) == {"@biomejs/biome", "@types/node", "typescript"}
