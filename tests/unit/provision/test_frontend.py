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


class FakeNpm:
    """Stands in for npm: writes down its calls, and bundles in no time."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.last: tuple[str, ...] = ()
        self.failing = ""
        self.said = ""

    def __call__(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Do what npm would."""
        assert folder == frontend.SOURCES
        self.calls.append(arguments[0])
        self.last = arguments
        if arguments[:2] == ("run", "build"):
            time.sleep(0.1)
            frontend.BUNDLES.joinpath("terminal.js").write_text("export {}")
        failed = arguments[0] == self.failing
        return subprocess.CompletedProcess(arguments, int(failed), "", self.said if failed else "npm warn much")


@pytest.fixture(name="npm", autouse=True)
def fixture_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/terminal.js").write_text("import 'x'")
    monkeypatch.setattr(frontend, "SOURCES", tmp_path / "sources")
    monkeypatch.setattr(frontend, "BUNDLES", tmp_path / "state/frontend")
    monkeypatch.setattr(frontend, "STAMP", tmp_path / "state/frontend/complete")
    npm = FakeNpm()
    monkeypatch.setattr(node, "npm", npm)
    return npm


def test_it_is_built_once_and_in_silence(npm: FakeNpm, capfd: pytest.CaptureFixture[str]) -> None:
    assert frontend.bundle("terminal") == b"export {}"
    frontend.build()
    assert npm.calls == ["ci", "run", "prune"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["terminal.js", "terminal.css", "build.mjs", "package-lock.json", "live/page.js"])
def test_a_changed_source_builds_it_again(npm: FakeNpm, name: str) -> None:
    frontend.build()
    frontend.SOURCES.joinpath("live").mkdir()
    frontend.SOURCES.joinpath(name).write_text("changed")
    frontend.build()
    assert npm.calls == ["ci", "run", "prune"] * 2


def test_two_notebooks_build_it_once(npm: FakeNpm) -> None:
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(frontend.bundle, ["terminal"] * 4)) == [b"export {}"] * 4
    assert npm.calls == ["ci", "run", "prune"]


@pytest.mark.parametrize("step", ["ci", "run"])
def test_a_failure_says_what_and_what_to_do_and_the_next_call_tries_again(npm: FakeNpm, step: str) -> None:
    npm.failing = step
    npm.said = "npm warn old\n\nnpm error code ENOTFOUND\nnpm error     at x.js:1\n" + "npm error more\n" * 100
    with pytest.raises(
        TutorialError, match=rf"`npm {step}` failed.\nnpm error code ENOTFOUND\nnpm error more"
    ) as failure:
        frontend.build()
    assert "network" in failure.value.fix
    assert len(str(failure.value).splitlines()) < 12
    npm.failing = ""
    assert frontend.bundle("terminal") == b"export {}"


def test_style_sheets_are_lightened_by_what_is_built(npm: FakeNpm) -> None:
    frontend.lighten(Path("pages"), ["_static/one.css", "_static/two.css"])
    assert npm.calls == ["ci", "run", "prune", "run"]
    assert npm.last == ("run", "lighten", "--", "pages", "_static/one.css", "_static/two.css")


def test_a_silent_registry_is_a_failure_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*arguments: str, **_options: Any) -> None:
        raise subprocess.TimeoutExpired(arguments, 300)

    monkeypatch.setattr(node, "npm", hang)
    with pytest.raises(TutorialError, match="No answer within 300 seconds"):
        frontend.build()


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
