"""Ctrl-C while the stand-in for the base image is made: nothing of it is left, on this machine or on the engine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.waiting import wait_until
from workbench.settings import BASE_IMAGE, PATHS

from .second_engine import SecondEngine

pytestmark = pytest.mark.docker

# As the real one: it keeps files of its own, has programs run for it, and takes its time to tidy up.
MMDEBSTRAP = f"""\
#!{sys.executable}
import os, pathlib, shutil, signal, subprocess, sys, tarfile, tempfile, time
folder = pathlib.Path(tempfile.mkdtemp(prefix="mmdebstrap."))
(folder / "part").write_bytes(os.urandom(8_000_000))
def end(*_):
    time.sleep(1)
    shutil.rmtree(folder)
    sys.exit(1)
signal.signal(signal.SIGINT, end)
signal.signal(signal.SIGTERM, end)
if os.environ["POINT"] == "system":
    child = subprocess.Popen(["sleep", "300"])
    pathlib.Path(os.environ["BEGUN"]).touch()
    child.wait()
    time.sleep(300)
with tarfile.open(sys.argv[-1], "w") as system:
    system.add(folder / "part", "part")
shutil.rmtree(folder)
"""
# ./tutorial start, cut down to the stand-in, which waits at the point where it is to be interrupted.
START = """
import os, sys, time
from pathlib import Path
import docker
from workbench.cli import main as cli
from workbench.engine import client as engine
from workbench.provision import standin_image as standin
from workbench.settings import PATHS
from workbench.system import apt

def reached(point):
    if os.environ["POINT"] == point:
        Path(os.environ["BEGUN"]).touch()
        time.sleep(300)

def half(path):
    content = Path(path).read_bytes()
    yield content[:len(content) // 2]
    reached("engine")
    yield content[len(content) // 2:]

take_in = docker.APIClient.import_image
link_names = standin._link_names
apt.ensure = lambda *_names, **_options: None
standin.find_cpython = lambda: None
standin._link_names = lambda target: (link_names(target), reached("files"))
docker.APIClient.import_image = lambda api, src, *names, **options: take_in(
    api, half(src), *names, stream_src=True, **options)
cli.tutorial.commands["start"].callback = lambda **_options: standin.build(PATHS, engine.connect())
sys.exit(cli.main(["start"]))
"""


def start(folder: Path, point: str) -> subprocess.Popen[str]:
    program = folder / "bin/mmdebstrap"
    program.parent.mkdir()
    program.write_text(MMDEBSTRAP)
    program.chmod(0o755)
    (folder / "temporary").mkdir()
    for name in ("workbench", "frontend"):
        shutil.copytree(PATHS.root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    environment = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(folder),
        "TMPDIR": str(folder / "temporary"),
        "POINT": point,
        "BEGUN": str(folder / "begun"),
    }
    return subprocess.Popen(
        [sys.executable, "-c", START],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def runs(process: psutil.Process) -> bool:
    try:
        # Where nothing reaps what has lost its parent, as in many containers, it stays as a zombie.
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("point", ["files", "system", "engine"])
def test_ctrl_c_leaves_nothing_of_a_stand_in(second: SecondEngine, tmp_path: Path, point: str) -> None:
    client = second.start()
    with start(tmp_path, point) as made:
        wait_until((tmp_path / "begun").exists)
        processes = [psutil.Process(made.pid), *psutil.Process(made.pid).children(recursive=True)]
        os.killpg(made.pid, signal.SIGINT)
        os.killpg(made.pid, signal.SIGINT)  # who waits presses it again
        said = made.communicate()[0]
    assert (made.returncode, said.strip()) == (130, "Interrupted. Run it again any time.")
    assert not any(map(runs, processes))
    assert list((tmp_path / "temporary").iterdir()) == []
    assert list((tmp_path / ".workbench").iterdir()) == []
    assert client.api.images(all=True) == client.api.containers(all=True) == []
    wait_until(lambda: [layer.name for layer in (second.folder / "data/overlay2").iterdir()] == ["l"])
    client.close()


def test_a_stand_in_that_is_not_interrupted_is_whole(second: SecondEngine, tmp_path: Path) -> None:
    client = second.start()
    with start(tmp_path, "none") as made:
        said = made.communicate()[0]
    assert (made.returncode, said) == (0, "")
    [image] = client.images.list(all=True)
    assert image.tags == [BASE_IMAGE]
    assert image.attrs["Config"]["Cmd"] == ["python3"]
    assert image.labels["containers-hands-on.stand-in"].endswith("; not Docker Hub's image")
    assert len(image.attrs["RootFS"]["Layers"]) == 1
    client.close()
