"""A page beside an image that you built by hand, under the very name that the page teaches."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.support.names import letters
from workbench.engine import labels
from workbench.settings import PATHS

from . import runs


@pytest.fixture
def user(client: docker.DockerClient) -> Iterator[str]:
    """Give a name that nobody else has, and sweep what a run that failed has left."""
    name = f"student{letters()}"
    yield name
    for session in runs.sessions(name, copies=2):
        labels.sweep(PATHS, client, session=session)


@pytest.fixture
def image(client: docker.DockerClient, user: str) -> Iterator[str]:
    """Build the app as the command-line tab of chapter 04 does; give the name."""
    name = f"{user}/degrees_api:1.0"
    environment = {**os.environ, "DOCKER_BUILDKIT": "0"}
    subprocess.run(
        ["docker", "build", "-q", "-t", name, PATHS.app], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    yield name
    client.images.remove(name)


def nbval(page: Path, user: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Compare a page's outputs with the stored ones, as CI does; no name of a registry is known."""
    sanitizer = PATHS.root / "tests/notebooks/sanitize.cfg"
    options = ["-q", "-n0", "-p", "no:cacheprovider", f"--basetemp={folder}", "--nbval"]
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *options,
            f"--nbval-sanitize-with={sanitizer}",
            page,
        ],
        env={**os.environ, "DOCKERHUB_USERNAME": user, "DOCKERHUB_TOKEN": ""},
        cwd=PATHS.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.docker
def test_your_image_keeps_its_name_and_the_page_passes(
    building: Path, user: str, image: str, tmp_path: Path, client: docker.DockerClient
) -> None:
    before = client.images.get(image).id
    run = nbval(building, user, tmp_path / "pytest")
    assert run.returncode == 0, run.stdout
    assert client.images.get(image).id == before
