"""Every command on every page, typed into a real terminal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.context import ContextAPI

from tests.support.names import letters
from tests.support.waiting import wait_until
from workbench.engine import ports
from workbench.provision import base_image, registries
from workbench.provision.base_image import BaseImage
from workbench.settings import BASE_IMAGE, LOOPBACK, PATHS
from workbench.system import locks

from . import pages
from .reader import MismatchError, Reader
from .sanitizing import FILE, read_rules
from .traces import Traces
from .transcript import FENCE, STANDIN_RULES, Substitution, parse_blocks

PAGES = [path for path in pages.NOTEBOOKS if FENCE.search(pages.read(path).prose)]
FIRST_PORT = 5100  # away from those that notebooks use, so that a page's 5000 can't be reached by accident

pytestmark = [
    pytest.mark.docker,
    # pexpect forks, and workers of xdist have threads; the child only replaces itself with bash.
    pytest.mark.filterwarnings("ignore:.*use of forkpty.*:DeprecationWarning"),
]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Lay out a student's folder; return the one where a page's commands are typed."""
    app = tmp_path / "work" / "app"
    shutil.copytree(PATHS.app, app, ignore=shutil.ignore_patterns("test_*", "__pycache__"))
    (tmp_path / ".workbench").mkdir()
    password = tmp_path / ".workbench" / "registry.password"
    password.write_text(registries.password(PATHS))
    password.chmod(0o600)
    return app


@pytest.fixture
def traces(client: docker.DockerClient) -> Iterator[Traces]:
    """Remove what a page leaves, whatever becomes of the test; nothing may be left then."""
    found = Traces(client, f"reader{letters()}")
    yield found
    found.remove()
    assert found.containers() + found.images() == []


@pytest.fixture
def env(tmp_path: Path, traces: Traces) -> dict[str, str]:
    """Make the environment of a reader's shell: this machine's, without logins, in English."""
    config = tmp_path / "docker-config"
    config.mkdir()
    (config / "config.json").write_text(json.dumps(traces.cli_settings()))
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOCKERHUB_")}
    own |= {
        "DOCKER_CONFIG": str(config),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    # The context that says where the engine is stands in the configuration that was left behind.
    if "DOCKER_HOST" not in own and (host := ContextAPI.get_current_context().Host):
        own["DOCKER_HOST"] = host
    # A newer CLI builds with buildx. Where that isn't installed, it has to be told to use the classic builder.
    if subprocess.run(["docker", "buildx", "version"], env=own, capture_output=True, check=False).returncode:
        own["DOCKER_BUILDKIT"] = "0"
    return own


@pytest.fixture
def placeholders(traces: Traces) -> Iterator[Substitution]:
    """Choose a name and a host port that nobody else uses meanwhile."""
    port, lock = locks.claim(PATHS, ports.free_ports(FIRST_PORT))
    yield Substitution(traces.mark, port, f"{LOOPBACK}:{registries.port(PATHS, registries.PUSH)}")
    lock.release()


@pytest.fixture
def reader(
    client: docker.DockerClient, work: Path, env: dict[str, str], placeholders: Substitution, traces: Traces
) -> Iterator[Reader]:
    """Give a page its reader, and close the reader's windows."""
    standin = base_image.describe(PATHS, client).kind is BaseImage.STANDIN
    rules = read_rules(FILE.read_text()) + (STANDIN_RULES if standin else [])
    sitting = Reader(work, env, placeholders, rules, traces.notice)
    yield sitting
    sitting.close()


def play(reader: Reader, text: str) -> None:
    for block in parse_blocks(text):
        reader.play(block)


def names(folder: Path) -> set[Path]:
    """Name all that is in a folder, and in those below it."""
    return {path.relative_to(folder) for path in folder.rglob("*")}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_commands_do_what_the_page_says(path: Path, reader: Reader, traces: Traces, work: Path) -> None:
    before = names(work)
    try:
        play(reader, pages.read(path).prose)
    except MismatchError as error:
        pytest.fail(f"{path.name}: {error}", pytrace=False)
    assert reader.still_busy() == [], "the page should end what it has started"
    assert reader.folders() == {work.resolve()}, "the page should end in the folder where the next one starts"
    assert names(work) == before, "the page should leave no file there: the next one lists all of them"
    # What was started with --rm goes a moment after it has ended.
    wait_until(lambda: not traces.containers(), "the page should remove its containers")


LEFT_BEHIND = """\
```console
$ docker run -d --name username-left python:3.8.10 sleep 600
...
$ docker tag python:3.8.10 127.0.0.1:5002/username/left:1.0
$ printf 'FROM python:3.8.10\\nLABEL one=username' > Dockerfile
$ docker build -t username/left .
...
$ printf 'FROM python:3.8.10\\nLABEL two=username' > Dockerfile
$ docker build -t username/left .
...
```
"""


def test_what_a_page_leaves_is_found_and_removed(client: docker.DockerClient, reader: Reader, traces: Traces) -> None:
    base_before = client.images.get(BASE_IMAGE).id
    stranger = client.containers.run(BASE_IMAGE, ["sleep", "600"], detach=True)
    try:
        play(reader, LEFT_BEHIND)
        assert traces.containers() == [f"{traces.mark}-left"]
        *named, nameless = traces.images()
        assert sorted(name.rpartition("/")[2] for name in named) == ["left:1.0", "left:latest"]
        assert client.images.get(nameless).labels["one"] == traces.mark
        traces.remove()
        assert traces.containers() + traces.images() == []
        assert client.containers.get(stranger.id or "").status == "running"
        assert client.images.get(BASE_IMAGE).id == base_before
    finally:
        stranger.remove(force=True)
