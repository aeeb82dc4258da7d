"""Edit a Dockerfile on the page: the file on disk, and the build from it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

import docker

from workbench.engine.client import translated_errors
from workbench.engine.events import Event
from workbench.engine.hadolint import lint
from workbench.errors import TutorialError
from workbench.lesson.session import Lesson
from workbench.system.files import write_atomically
from workbench.widgets.editor import Actions, EditorView

SAVE = "Save it as UTF-8: most editors ask for the encoding in their Save As window."


def read(path: Path) -> str | None:
    """Read a text; None where there is no such file.

    Raises
    ------
    TutorialError
        Where it isn't in UTF-8, or may not be read.
    """
    try:
        return _decoded(path.name, path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TutorialError(f"{path.name} can't be read: {error.strerror}.", "Look at it: ls -l") from error


def _decoded(name: str, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise TutorialError(f"{name} is in UTF-16, and Docker reads UTF-8: a build from it fails.", SAVE)
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise TutorialError(
            f"{name} isn't in UTF-8. Docker takes its bytes as they are, but they can't be shown here.", SAVE
        ) from error


def write(path: Path, text: str) -> None:
    """Replace a text in one step, with the rights that the file had.

    Raises
    ------
    TutorialError
        Where it can't be written; the old text is then still there.
    """
    real = path.resolve()  # a link stays a link
    try:
        mode = real.stat().st_mode & 0o777 if real.exists() else 0o644
        write_atomically(real, text, mode)
    except (OSError, UnicodeEncodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it has half a character in it"
        raise TutorialError(f"{path.name} can't be written: {reason}.", "Fix that, then save again.") from error


def edit_dockerfile(client: docker.DockerClient, lesson: Lesson, path: Path) -> EditorView:
    """Open an editor for a Dockerfile; the file stays as it is until Save or Build is pressed.

    Build does what ``client.images.build(path=..., dockerfile=..., tag=lesson.image, labels=lesson.labels, rm=True)``
    does, or ``docker build -f Dockerfile -t username/degrees_api:1.0 .``

    Parameters
    ----------
    client : docker.DockerClient
    lesson : Lesson
        Names and labels the image.
    path : pathlib.Path
        The file; its folder is the build context.
    """

    def build() -> Iterator[Event]:
        with translated_errors():
            yield from client.api.build(
                path=str(path.parent),
                dockerfile=path.name,
                tag=lesson.image,
                labels=lesson.labels,
                rm=True,
                forcerm=True,
                decode=True,
            )

    actions = Actions(lambda: read(path), lambda text: write(path, text), lint, build)
    return EditorView(path.name, lesson.image, actions)
