"""What several modules need: a machine on which no engine answers, and a lab."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from workbench.server import lab
from workbench.server.lab import Addresses
from workbench.settings import LOOPBACK, Paths
from workbench.system import processes

from .checkouts import lay_out
from .labs import IDLE, PAGE, SCRIPT


@pytest.fixture(name="no_engine")
def fixture_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead docker-py to a socket where nobody listens, by a context of the CLI and without DOCKER_HOST."""
    name = "nowhere"
    context = tmp_path / "contexts/meta" / hashlib.sha256(name.encode()).hexdigest()
    context.mkdir(parents=True)
    endpoint = {"Host": f"unix://{tmp_path}/docker.sock", "SkipTLSVerify": False}
    (context / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}))
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": name}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)


@pytest.fixture(name="checkout", scope="module")
def fixture_checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a checkout of the project with a book of one page; the lab's state and pages are those of it.

    Its path is longer than the 107 bytes that a socket's may have, as are those of all folders for Jupyter in it.
    """
    root = tmp_path_factory.mktemp("checkout") / "a-long-way-down" / "the-folders" / ("of-a-course" * 5)
    root.mkdir(parents=True)
    lay_out(root)
    pages = root / ".workbench/book/_build/html"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text(PAGE)
    (pages / "plain.css").write_text("body { color: inherit; }\n" * 1000)
    live = root / ".workbench/frontend/live"
    live.mkdir(parents=True)
    (live / "button.js").write_text(SCRIPT)
    for name in ("work", "tmp"):
        (root / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR"):
            patch.setenv(name, str(root / "jupyter"))
        patch.setenv("TMPDIR", str(root / "tmp"))
        # Where `python -m` looks for the package first.
        patch.chdir(root)
        patch.setattr(processes, "STARTED", [])
        options = [option for option in lab.OPTIONS if IDLE not in option]
        assert len(options) == len(lab.OPTIONS) - 1, "kernels that nobody uses are never ended"
        options += [f"{IDLE}3", "--MappingKernelManager.cull_interval=1"]
        patch.setattr(lab, "OPTIONS", options)
        yield root
        processes.stop(Paths(root), lab.LAB)


@pytest.fixture(name="addresses", scope="module")
def fixture_addresses(checkout: Path) -> Addresses:
    """Start a lab."""
    assert checkout.is_dir()
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    return lab.start(Paths(checkout), port)


@pytest.fixture(name="insider")
def fixture_insider(addresses: Addresses) -> Iterator[requests.Session]:
    """Give a browser that has opened the book by its address: what logs in is a cookie from then on."""
    with requests.Session() as browser:
        browser.get(addresses.plain, timeout=10)
        yield browser
