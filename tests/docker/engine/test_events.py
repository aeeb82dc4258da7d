"""The reader of streams on a real engine, also behind a connection that is cut."""

from __future__ import annotations

import gc
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import docker
import pytest

from tests.support.names import letters
from workbench.engine import labels
from workbench.engine.events import Event, Reader, StreamError
from workbench.settings import BASE_IMAGE, BASE_REPOSITORY, BASE_TAG, PATHS

pytestmark = [
    pytest.mark.docker,
    # docker-py doesn't close the connection of a stream that nobody reads to its end.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SOCKET = "/var/run/docker.sock"
FAILING = f"FROM {BASE_IMAGE}\nRUN echo it begins && echo no such package >&2 && exit 3\n"


@pytest.fixture(autouse=True)
def fixture_late_sockets() -> Iterator[None]:
    """Collect those connections while their warnings are expected."""
    yield
    gc.collect()


@pytest.fixture(name="session")
def fixture_session(client: docker.DockerClient) -> Iterator[str]:
    """Give a name that nobody uses; what carries its label goes afterwards."""
    session = f"test-streams-{letters()}"
    yield session
    labels.sweep(PATHS, client, session=session)


def build(client: docker.DockerClient, dockerfile: str, session: str) -> Iterator[Event]:
    return client.api.build(
        fileobj=io.BytesIO(dockerfile.encode()),
        labels=labels.lesson_labels(session),
        nocache=True,
        rm=True,
        forcerm=True,
        decode=True,
    )


@contextmanager
def cut_at(word: bytes, more: int, folder: Path) -> Iterator[docker.DockerClient]:
    """Give a client whose engine hangs up so many bytes after it has said a word."""
    path = folder / "cut.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        threading.Thread(target=_serve, args=(listening, word, more), daemon=True).start()
        client = docker.DockerClient(base_url=f"unix://{path}", version="1.41")
        try:
            yield client
        finally:
            client.close()
            listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, word: bytes, more: int) -> None:
    with suppress(OSError):
        while True:
            near, _ = listening.accept()
            threading.Thread(target=_forward, args=(near, word, more), daemon=True).start()


def _forward(near: socket.socket, word: bytes, more: int) -> None:
    said, sent = b"", 0
    with suppress(OSError), near, socket.socket(socket.AF_UNIX) as far:
        far.connect(SOCKET)
        threading.Thread(target=_pump, args=(near, far), daemon=True).start()
        while data := far.recv(4096):
            said += data
            end = said.find(word) + len(word) + more if word in said else len(said)
            near.sendall(said[sent:end])
            sent = min(end, len(said))
            if end <= len(said) and word in said:
                break
        near.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)


def test_a_pull_of_what_is_here_is_read_to_its_end(client: docker.DockerClient) -> None:
    reader = Reader()
    events = list(reader.read(client.api.pull(BASE_REPOSITORY, tag=BASE_TAG, stream=True, decode=True)))
    assert reader.progress().finished
    assert reader.progress().status.startswith("Status: ")
    assert events


def test_a_build_that_fails_carries_its_log(client: docker.DockerClient, session: str) -> None:
    reader = Reader()
    with pytest.raises(StreamError) as failure:
        list(reader.read(build(client, FAILING, session)))
    assert "it begins\n" in failure.value.log
    assert "no such package\n" in failure.value.log
    assert [step.number for step in reader.steps] == [1, 2]


@pytest.mark.skipif(not Path(SOCKET).exists(), reason="the engine is not on this machine's socket")
@pytest.mark.parametrize(
    ("word", "more"), [(b'"stream":"Step 1', 0), (b'"stream":"Step 1', 9), (b"Step 2/4 : RUN", 5), (b"Running in ", 6)]
)
def test_a_connection_that_is_cut_in_a_build_is_an_error(tmp_path: Path, session: str, word: bytes, more: int) -> None:
    dockerfile = f"FROM {BASE_IMAGE}\nRUN sleep 60 && echo too late\n"
    with (
        cut_at(word, more, tmp_path) as client,
        pytest.raises(StreamError, match=r"connection to the engine|ended before"),
    ):
        list(Reader().read(build(client, dockerfile, session)))
