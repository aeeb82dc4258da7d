"""What the reader says of a line is what docker-py's builder does with it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import Any

import docker
import pytest
from docker.errors import APIError

from tests.support.names import letters
from tests.unit.engine.test_dockerfile_refusals import REFUSED, TAKEN
from workbench.engine import labels
from workbench.engine.dockerfile.outline import outline
from workbench.engine.dockerfile.startup import words_of
from workbench.engine.dockerfile.statements import read
from workbench.settings import BASE_IMAGE, PATHS

pytestmark = pytest.mark.docker


# Refused before anything of another host is asked for, or not at all.
OF_ANOTHER_HOST = ("FROM Host/a", "FROM localhost:5000/a/b:c@sha256:" + "0" * 64, "FROM a as B")
STARTS = [
    'ENTRYPOINT ["/e", "-x"]\nCMD ["a", "b"]',
    'ENTRYPOINT ["/e"]\nCMD a b',
    'CMD ["a"]\nENTRYPOINT e $X',
    "CMD one\nCMD two",
    'SHELL ["/bin/bash", "-c"]\nCMD a  b',
    'CMD ["a"]\nFROM base AS next\nENTRYPOINT ["b"]',
    'SHELL ["/s"]\nENTRYPOINT a\nFROM base AS next\nSHELL ["/t"]\nCMD b',
    "CMD [“a”]",
    "CMD ['a']",
    "CMD",
    "ENTRYPOINT []\nCMD x",
]


def context(dockerfile: str) -> io.BytesIO:
    """Pack a Dockerfile with a few files."""
    empty, packed = io.BytesIO(), io.BytesIO()
    tarfile.open(fileobj=empty, mode="w:gz").close()
    files = {"Dockerfile": dockerfile.encode(), "a": b"", "b": b"", "a b": b"", "a.tar.gz": empty.getvalue()}
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    packed.seek(0)
    return packed


@pytest.fixture(name="made")
def fixture_made(client: docker.DockerClient) -> Iterator[dict[str, str]]:
    """Give the labels for what is built; what carries them goes afterwards."""
    session = f"test-dockerfile-{letters()}/app"
    yield labels.lesson_labels(session)
    labels.sweep(PATHS, client, session=session)


def marked(made: dict[str, str]) -> str:
    """Write the labels as an instruction, so that no step is one that another run has made, and removes."""
    return "LABEL " + " ".join(f"{name}={value}" for name, value in made.items())


def build(client: docker.DockerClient, dockerfile: str, made: dict[str, str]) -> tuple[str, str]:
    """Build, and give the ID of the image and the error, of which one is empty."""
    options: Any = {"custom_context": True, "decode": True, "rm": True, "forcerm": True, "labels": made}
    image = ""
    try:
        for event in client.api.build(fileobj=context(dockerfile), **options):
            if "error" in event:
                return "", str(event["error"])
            image = event.get("aux", {}).get("ID", image)
    except APIError as error:
        return "", str(error.explanation)
    return image, ""


@pytest.mark.parametrize("line", REFUSED)
def test_the_engine_refuses_what_is_said_to_fail(client: docker.DockerClient, made: dict[str, str], line: str) -> None:
    base = BASE_IMAGE if line == "RUN" else "scratch"  # there the shell itself refuses to run nothing
    assert build(client, f"FROM {base} AS me\n{marked(made)}\n{line}\n", made)[1]


def test_the_engine_takes_what_is_not_said_to_fail(client: docker.DockerClient, made: dict[str, str]) -> None:
    lines = [line for line in TAKEN if line not in OF_ANOTHER_HOST]
    dockerfile = "".join(f"FROM scratch AS s{number}\n{marked(made)}\n{line}\n" for number, line in enumerate(lines))
    assert build(client, dockerfile, made)[1] == ""


@pytest.mark.parametrize("lines", STARTS)
def test_what_starts_is_what_the_image_says(client: docker.DockerClient, made: dict[str, str], lines: str) -> None:
    dockerfile = f"FROM scratch AS base\n{marked(made)}\n{lines}\n"
    image, error = build(client, dockerfile, made)
    assert error == ""
    last = outline(list(read(dockerfile))).stages[-1]
    entrypoint, cmd = last.entrypoint(), last.cmd()
    config = client.api.inspect_image(image)["Config"]
    assert (config.get("Entrypoint") or []) == (words_of(*entrypoint) if entrypoint else [])
    assert (config.get("Cmd") or []) == (words_of(*cmd) if cmd else [])
