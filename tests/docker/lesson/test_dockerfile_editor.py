"""The editor builds what a cell would build, and reads a Dockerfile as the engine does."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docker
import pytest

from tests.support.names import letters
from tests.support.waiting import wait_until
from workbench.engine import labels
from workbench.engine.dockerfile.words import as_list
from workbench.lesson.dockerfile_editor import edit_dockerfile
from workbench.settings import BASE_IMAGE, PATHS, SESSION_LABEL
from workbench.widgets import background
from workbench.widgets.editor import EditorView

pytestmark = pytest.mark.docker


@pytest.fixture(name="lesson")
def fixture_lesson(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give what the editor takes from a lesson, and remove what it made."""
    monkeypatch.setattr(background, "DOUBLE_CLICK", 0)
    session = f"test{letters()}/editor"
    yield SimpleNamespace(labels=labels.lesson_labels(session), image=f"{session}:1.0")
    labels.sweep(PATHS, client, session=session)


def build(view: EditorView) -> str:
    """Press Build and give what the editor says at its end."""
    view.build.click()
    wait_until(lambda: "Built " in view.status.value or "The build failed." in view.status.value)
    wait_until(lambda: not view.build.disabled)
    return str(view.progress.children[0].snapshot)


def test_build_makes_the_image_of_the_lesson(client: docker.DockerClient, lesson: Any, tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    view = edit_dockerfile(client, lesson, path)
    view.text.value = f"FROM {BASE_IMAGE}\nENV MADE=here\n"
    build(view)
    made = client.images.get(lesson.image)
    assert "MADE=here" in made.attrs["Config"]["Env"]
    assert lesson.labels.items() <= made.labels.items()
    assert path.read_text() == view.text.value


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("RUN echo about to fail; exit 3", "about to fail"),
        ("FRUM x", "unknown instruction: FRUM"),
        ('CMD ["a", 1]', "arrays must be comprised of strings only"),
        ("COPY nothing /", "nothing"),
    ],
)
def test_a_build_that_fails_says_why_and_leaves_nothing(
    client: docker.DockerClient, lesson: Any, tmp_path: Path, line: str, says: str
) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(f"FROM {BASE_IMAGE}\n{line}\n")
    assert says in build(edit_dockerfile(client, lesson, path))
    assert client.images.list(lesson.image) == []
    assert client.containers.list(all=True, filters={"label": f"{SESSION_LABEL}={lesson.labels[SESSION_LABEL]}"}) == []


def test_a_folder_that_is_gone_is_a_line(client: docker.DockerClient, lesson: Any, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    view = edit_dockerfile(client, lesson, folder / "Dockerfile")
    view.text.value = f"FROM {BASE_IMAGE}\n"
    view.build.click()
    wait_until(lambda: "t be written: No such file or directory." in view.status.value)
    assert not folder.exists()


@pytest.mark.parametrize(
    "arguments",
    ['["a", "b"]', ' [ "a" ,"b" ]', '["a" "b"]', "['a']", "[]", "a b", '["a\\u00e9"]', '["a",]', '{"a": 1}'],
)
def test_a_list_is_one_where_the_engine_takes_it_for_one(
    client: docker.DockerClient, lesson: Any, arguments: str
) -> None:
    text = f"FROM {BASE_IMAGE}\nCMD {arguments}\n".encode()
    image, _log = client.images.build(fileobj=io.BytesIO(text), labels=lesson.labels, rm=True)
    words = as_list(arguments.strip())
    expected = ["/bin/sh", "-c", arguments.strip()] if words is None else words
    assert (image.attrs["Config"].get("Cmd") or []) == json.loads(
        json.dumps(expected)
    )  # newer engines keep no empty list


def test_what_follows_a_list_is_ignored_or_makes_a_line_of_it(client: docker.DockerClient, lesson: Any) -> None:
    text = f'FROM {BASE_IMAGE}\nCMD ["a"] x\n'.encode()
    image, _log = client.images.build(fileobj=io.BytesIO(text), labels=lesson.labels, rm=True)
    # Docker 20.10 reads the list alone; newer engines take all of it for a line for the shell.
    assert image.attrs["Config"]["Cmd"] in (as_list('["a"] x'), ["/bin/sh", "-c", '["a"] x'])
