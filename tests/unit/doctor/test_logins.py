"""Logins, as far as no registry is needed to judge them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit import machines
from workbench.doctor.probes import logins as probes


@pytest.fixture(autouse=True)
def fixture_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a docker command without settings."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in probes.HUB_LOGIN:
        monkeypatch.delenv(name, raising=False)


def test_no_login_at_all_is_fine() -> None:
    seen = probes.login(machines.machine())
    assert (seen.state, seen.found) == ("ok", "Chapter 06 needs none but our own")


@pytest.mark.parametrize(
    ("config", "state", "found"),
    [
        ({}, "ok", "Chapter 06 needs none but our own"),
        ({"auths": {}}, "ok", "Chapter 06 needs none but our own"),
        # A login that a helper keeps leaves an empty entry.
        ({"auths": {"https://index.docker.io/v1/": {}}}, "ok", "Chapter 06 needs none but our own"),
        (
            {"credHelpers": {"ghcr.io": "gone"}},
            "problem",
            "the program docker-credential-gone, which is not here",
        ),
        ({"auths": {"ghcr.io": {"auth": "c2VjcmV0"}}}, "warning", "holds the password for ghcr.io in plain text"),
    ],
)
def test_logins_of_the_docker_command(config: dict[str, Any], state: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    seen = probes.login(machines.machine())
    assert seen.state == state
    assert found in seen.found
    assert "c2VjcmV0" not in str(seen)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"auths": []}', "\xff"])
def test_settings_that_cannot_be_read_are_put_aside(text: str, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(text, encoding="latin-1")
    seen = probes.login(machines.machine())
    assert (seen.state, seen.fix) == ("warning", f"mv {file} {file}.bak")
    assert seen.found.startswith(f"{file} can't be read")
