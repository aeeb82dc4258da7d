"""What does not fit: docker-py, the docker command's API, an image without Python, files from Windows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import docker
import pytest

from tests.support.names import letters
from workbench.doctor import ProbeResult, Targets
from workbench.settings import BASE_IMAGE, PATHS, Paths

from . import images, mirrors
from .diagnosis import command, diagnose, repair, repair_environment
from .old_pair import make_old_pair, run_in
from .second_engine import SecondEngine

pytestmark = pytest.mark.docker

ASK = """
import json, warnings
warnings.simplefilter("ignore")
from workbench import doctor
seen = {finding.question.probe: vars(finding.seen) for finding in doctor.examine()}
print(json.dumps({name: seen[name] for name in ("engine", "docker-py")}))
"""


def test_docker_command_is_told_to_speak_a_language_of_the_future(monkeypatch: pytest.MonkeyPatch) -> None:
    assert diagnose("docker command").state == "ok"
    monkeypatch.setenv("DOCKER_API_VERSION", "9.99")
    seen = diagnose("docker command")
    assert seen.state == "warning"
    assert "client version 9.99 is too new" in seen.found
    repair_environment(seen, monkeypatch)
    assert diagnose("docker command").state == "ok"


def seen_in(venv: Path) -> dict[str, ProbeResult]:
    return {name: ProbeResult(**seen) for name, seen in json.loads(run_in(venv, ASK)).items()}


def test_old_docker_py_with_a_newer_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_old_pair(tmp_path)
    seen = seen_in(tmp_path)
    assert seen["engine"].state == seen["docker-py"].state == "problem"
    assert "Not supported URL scheme http+docker" in seen["engine"].found
    assert seen["docker-py"].found.startswith("docker-py 7.0.0 with requests 2.32.3: ")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    assert command(seen["docker-py"]) == "pip install 'docker>=7.1'"
    repair(seen["docker-py"])
    assert {one.state for one in seen_in(tmp_path).values()} == {"ok"}


@pytest.mark.usefixtures("state")
def test_base_image_is_made_for_another_processor(
    paths: Paths, client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another name for the base, since the real one is in use; with a registry that can hand out the right one.
    name = f"test/{letters()}:1"
    images.load(client, name)
    around = Targets(base=f"{mirrors.fill(paths, client, name, monkeypatch)}/{name}")
    client.images.remove(name)
    images.load(client, around.base)
    assert diagnose("architecture", around).state == "ok"
    client.images.remove(around.base)
    images.load(client, around.base, architecture="arm64", python=images.ARM_PROGRAM)
    seen = diagnose("architecture", around)
    assert seen.state == "problem"
    assert "is made for arm64, the engine runs amd64" in seen.found
    assert command(seen) == f"docker pull --platform linux/amd64 {around.base}"
    repair(seen)
    assert diagnose("architecture", around).state == "ok"
    client.images.remove(around.base)


def test_base_image_is_not_here_or_not_what_it_says(second: SecondEngine, client: docker.DockerClient) -> None:
    asked = client.info()["RegistryConfig"].get("Mirrors") or []
    engine = second.start(**{"registry-mirrors": asked})
    images.load(engine, BASE_IMAGE)
    seen = diagnose("python")
    assert seen.state == "problem"
    assert seen.found.startswith(f"The Python of {BASE_IMAGE} does not run: ")
    engine.images.remove(BASE_IMAGE)
    missing = diagnose("base image")
    assert (missing.state, missing.found) == ("problem", f"{BASE_IMAGE} is not on this engine")
    assert command(missing) == command(seen) == f"docker pull {BASE_IMAGE}"
    repair(missing)
    assert diagnose("base image").state == "ok"
    assert f" in {BASE_IMAGE}" in diagnose("python").found  # a stand-in may have another Python than the official one
    engine.close()


def test_files_were_saved_on_windows(tmp_path: Path) -> None:
    shutil.copytree(PATHS.root / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    around = Targets(paths=Paths(tmp_path))
    assert diagnose("line ends", around).state == "ok"
    script = around.app / "start.sh"
    script.write_bytes(b"#!/bin/sh\r\necho started\r\n")
    script.chmod(0o755)
    with pytest.raises(FileNotFoundError):
        subprocess.run([script], check=True)
    seen = diagnose("line ends", around)
    assert seen.state == "warning"
    assert "line ends in start.sh" in seen.found
    repair(seen)
    assert diagnose("line ends", around).state == "ok"
    assert subprocess.run([script], check=True, capture_output=True, text=True).stdout == "started\n"
