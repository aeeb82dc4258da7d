"""Chromium, a lab of the tests' own, and the built book behind a plain file server.

The browser is pytest-playwright's: one for all tests of a worker.
"""

from __future__ import annotations

import functools
import json
import shutil
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import docker
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Playwright, expect

from workbench.book import build as book
from workbench.engine import labels
from workbench.provision import frontend, node
from workbench.server import lab, workcopy
from workbench.settings import APP_NAME, CI, LESSON, LOOPBACK, PATHS, Paths
from workbench.system import processes

from . import traces
from .accessibility import Axe
from .labs import Lab
from .network import NewContext

ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-quic")
TRACES = PATHS.state / "traces"  # of tests that failed
WAIT_TIMEOUT = 30_000  # milliseconds for what is expected to appear: a busy machine is slow
SETTINGS = {
    # The lab's colours follow the browser's, which a test can change.
    "apputils-extension/themes": {"adaptive-theme": True},
    # Else a question about news stands before the notebook.
    "apputils-extension/notification": {"fetchNews": "false"},
    # Else what is out of sight is not drawn, and a picture of it is taken now and then before it is.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


def pytest_configure(config: pytest.Config) -> None:
    """Put what is kept of tests that failed where all is that can be made again."""
    config.option.output = str(TRACES)
    expect.set_options(timeout=WAIT_TIMEOUT)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked ``browser`` where there is no Chromium; in CI, where one must be, fail it."""
    if item.get_closest_marker("browser") and not shutil.which("chromium"):
        reason = "There is no chromium on this machine: ./tutorial test installs it."
        (pytest.fail if CI else pytest.skip)(reason)


@pytest.fixture(name="playwright", scope="session")
def fixture_playwright(request: pytest.FixtureRequest) -> Iterator[Playwright]:
    """Give Playwright the Node.js that builds the front end: its own needs a library that a bare machine lacks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node.node(PATHS)))
        yield request.getfixturevalue("playwright")


@pytest.fixture(name="base_url", scope="session")
def fixture_base_url() -> None:
    """Give windows no base that all have; pytest-playwright's fixture for it warns of the next pytest."""


@pytest.fixture(name="browser_type_launch_args", scope="session")
def fixture_browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Take the system's Chromium, which asks its maker for nothing."""
    return {**browser_type_launch_args, "executable_path": shutil.which("chromium"), "args": ARGUMENTS}


@pytest.fixture(name="new_context")
def fixture_new_context(browser: Browser, request: pytest.FixtureRequest, output_path: str) -> Iterator[NewContext]:
    """Open windows for one test."""
    if request.config.option.tracing == "off":
        with traces.of_windows(browser, request.node, Path(output_path)) as new_context:
            yield new_context
    else:
        yield request.getfixturevalue("new_context")


@pytest.fixture(name="axe", scope="session")
def fixture_axe(pytestconfig: pytest.Config) -> Axe:
    """Give what pages are looked at with; ``--screenshot=on`` leaves pictures of what was looked at."""
    folder = Path(__file__).parent
    frontend.install(PATHS, folder)
    script = (folder / "node_modules/axe-core/axe.min.js").read_text()
    return Axe(script, pictures=pytestconfig.option.screenshot == "on")


@pytest.fixture(name="pages", scope="session")
def fixture_pages() -> Path:
    """Give the folder of the built book; it is built where a source is newer."""
    PATHS.state.mkdir(exist_ok=True)
    with FileLock(PATHS.state / "book.lock"):
        book.build(PATHS)
    return book.pages(PATHS)


@pytest.fixture(name="site", scope="session")
def fixture_site(pages: Path) -> Iterator[str]:
    """Give the address of a file server that knows nothing of Jupyter."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            """Keep the terminal quiet."""

    with ThreadingHTTPServer((LOOPBACK, 0), functools.partial(Quiet, directory=str(pages))) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://{LOOPBACK}:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(name="lab_server", scope="session")
def fixture_lab_server(
    tmp_path_factory: pytest.TempPathFactory, client: docker.DockerClient, pages: Path
) -> Iterator[Lab]:
    """Start the project's own lab, with a working copy, settings and state in a folder of its own."""
    assert pages.is_dir(), "the lab is up once it shows the book too"
    frontend.build(PATHS)
    root = tmp_path_factory.mktemp("lab")
    for name, values in SETTINGS.items():
        file = root / f"settings/@jupyterlab/{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    username = f"browser-{uuid4().hex[:6]}"
    repository = f"{username}/{APP_NAME}"
    for source in (PATHS.notebooks, PATHS.app):
        (root / source.name).symlink_to(source)
    with state_in(root, username) as paths, socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
        free.close()
        workcopy.make(paths)
        addresses = lab.start(paths, port)
    url, _, token = addresses.plain.partition("/book/?token=")
    yield Lab(url, token, root / "work", repository, addresses)
    with state_in(root, username) as paths:
        processes.stop(paths, lab.LAB)
        for chosen in labels.own_filters(PATHS, client, LESSON):  # a second kernel of a page has a session of its own
            labels.sweep_by(PATHS, client, chosen)


@contextmanager
def state_in(root: Path, username: str) -> Iterator[Paths]:
    """Give a checkout for what is started to keep its state in, and let the notebooks use a name of their own."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # What we start is meant to outlive the one who starts it.
        warnings.simplefilter("ignore", ResourceWarning)
        for place in ("CONFIG", "DATA", "RUNTIME"):
            patch.setenv(f"JUPYTER_{place}_DIR", str(root / "jupyter" / place.lower()))
        patch.setenv("JUPYTERLAB_SETTINGS_DIR", str(root / "settings"))
        patch.setenv("DOCKERHUB_USERNAME", username)
        patch.setattr(processes, "STARTED", [])
        yield Paths(root)
