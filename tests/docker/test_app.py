"""The app's own tests, ``app/test_degrees_api.py``, in the image that its Dockerfile makes."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

import docker
import pytest

from tests.support.names import letters
from workbench.settings import PATHS

pytestmark = pytest.mark.docker

# The newest of each that runs on Python 3.8.
DOCKERFILE = """\
FROM {app}
RUN pip install pytest==8.3.5 hypothesis==6.113.0
COPY {tests} conftest.py pytest.ini /
"""
# Without deadlines: how fast a machine is proves nothing.
CONFTEST = """\
from hypothesis import settings
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci")
"""
# Werkzeug 2.2, which the app is pinned to, uses what Python 3.12 began to warn of.
SETTINGS = """\
[pytest]
filterwarnings =
    error
    ignore:ast.Str is deprecated|Attribute s is deprecated|Constant.__init__:DeprecationWarning
"""
TESTS = "test_degrees_api.py"
PYTEST = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]


@pytest.fixture(name="image", scope="module")
def fixture_image(client: docker.DockerClient) -> Iterator[str]:
    """Build the app's image, and on top of it the one with its tests."""
    app, tests = (f"test-{letters()}" for _ in range(2))
    client.images.build(path=str(PATHS.app), tag=app, rm=True, forcerm=True)
    try:
        client.images.build(fileobj=context(app), custom_context=True, tag=tests, rm=True, forcerm=True)
        yield tests
        client.images.remove(tests)
    finally:
        client.images.remove(app)


def context(app: str) -> io.BytesIO:
    """Pack what the image with the tests is built from."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, text in (
            ("Dockerfile", DOCKERFILE.format(app=app, tests=TESTS).encode()),
            ("conftest.py", CONFTEST.encode()),
            ("pytest.ini", SETTINGS.encode()),
            (TESTS, (PATHS.app / TESTS).read_bytes()),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    packed.seek(0)
    return packed


def run_tests(client: docker.DockerClient, image: str) -> tuple[int, str]:
    """Run pytest in the image; give its exit code and what it printed."""
    container = client.containers.run(image, [*PYTEST, TESTS], detach=True, network_mode="none")
    try:
        return int(container.wait()["StatusCode"]), container.logs().decode()
    finally:
        container.remove(force=True)


def test_the_apps_own_tests_pass_in_its_image(client: docker.DockerClient, image: str) -> None:
    code, printed = run_tests(client, image)
    if code or "skipped" in printed:
        pytest.fail(printed, pytrace=False)


def test_a_test_of_the_app_that_fails_is_named(client: docker.DockerClient, image: str) -> None:
    spoil = "import degrees_api, pytest, sys; degrees_api.DEGREES.pop(); sys.exit(pytest.main(sys.argv[1:]))"
    container = client.containers.run(image, ["python", "-c", spoil, "-q", TESTS], detach=True)
    try:
        assert container.wait()["StatusCode"] == 1
        assert (
            "FAILED test_degrees_api.py::test_all_records_are_the_text_that_the_page_shows" in container.logs().decode()
        )
    finally:
        container.remove(force=True)
