"""The facts in the settings agree with the files that state them for other programs."""

from __future__ import annotations

import re
import runpy

import pytest

from workbench import settings
from workbench.settings import APP_NAME, APP_PORT, BASE_IMAGE, FLASK, PATHS, WERKZEUG

PINS = [f"Flask=={FLASK}", f"Werkzeug=={WERKZEUG}"]


def test_the_dockerfile_has_the_four_instructions_of_the_journey() -> None:
    lines = (PATHS.app / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line] == [
        f"FROM {BASE_IMAGE}",
        f"RUN pip install {' '.join(PINS)}",
        f"COPY {APP_NAME}.py /{APP_NAME}.py",
        f'CMD ["python", "{APP_NAME}.py"]',
    ]


def test_the_complete_set_of_the_app_has_the_pins() -> None:
    lines = (PATHS.app / "requirements.txt").read_text().splitlines()
    packages = [line for line in lines if not line.startswith("#")]
    assert all("==" in package for package in packages)
    assert set(PINS) <= set(packages)


def required() -> list[str]:
    lines = [line.split("#")[0].strip() for line in (PATHS.root / "requirements.in").read_text().splitlines()]
    return [line for line in lines if line]


def test_the_students_side_has_the_pins() -> None:
    assert set(PINS) <= set(required())


def test_the_package_depends_on_what_the_requirements_say() -> None:
    """Python 3.10 has no parser of TOML, and the list is as plain as it can be."""
    text = (PATHS.root / "pyproject.toml").read_text()
    listed = text.partition("\ndependencies = [\n")[2].partition("\n]\n")[0]
    assert [line.strip().strip('",') for line in listed.splitlines()] == required()


def test_both_locks_agree_and_name_no_index() -> None:
    first, second = ((PATHS.root / name).read_text() for name in ("requirements.txt", "requirements-test.txt"))
    assert not re.search(r"https?://|--index|--find-links|file:", first + second)
    pinned = re.compile(r"^([a-z0-9-]+)(?:\[\S+\])?==(\S+)", re.MULTILINE)
    versions = set(pinned.findall(first))
    names = {name for name, _version in versions}
    assert [pin for pin in pinned.findall(second) if pin[0] in names and pin not in versions] == []


def test_the_lock_has_the_pins() -> None:
    locked = (PATHS.root / "requirements.txt").read_text()
    assert all(f"\n{pin.lower()} " in locked for pin in PINS)


def test_the_app_listens_where_the_settings_say() -> None:
    program = (PATHS.app / f"{APP_NAME}.py").read_text()
    assert f'host="0.0.0.0", port=int(os.environ.get("PORT", "{APP_PORT}")))' in program


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("1", True), ("", False)])
def test_ci_is_what_the_variable_says(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("CI", value)
    assert runpy.run_path(settings.__file__)["CI"] is expected


def test_without_the_variable_it_is_no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert runpy.run_path(settings.__file__)["CI"] is False
