"""A page on which things are broken, played up to one of its exercises, and what a student does then."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import docker
import nbformat
import pytest

from tests.support.names import letters
from workbench import Lesson
from workbench.checks.engine_state import EngineState
from workbench.engine import client as engine
from workbench.engine import labels
from workbench.settings import BASE_IMAGE, PATHS

from .exercise_workspace import LISTENS, SOLUTION

LOGS_LET_GO = [
    pytest.mark.docker,
    # Pages read a log up to a line and let go of the rest, and of the socket on which it comes.
    pytest.mark.filterwarnings("ignore:.*unclosed.*docker.sock:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed.*docker.sock:ResourceWarning"),
]
# Other programs that stand for degrees_api.py on a base without Flask.
NO_FLASK = "import flask\n"
NO_URL_QUOTE = """raise ImportError("cannot import name 'url_quote' from 'werkzeug.urls'")\n"""
LISTENS_NOT = "import time; time.sleep(600)\n"
# Lines of a Dockerfile as they should be.
COPY = "COPY degrees_api.py /degrees_api.py\n"
CMD = 'CMD ["python", "degrees_api.py"]\n'

RHYTHM = ["", "### Predict", "### Break it", "### Read it", "### Repair it"]
HEADING = re.compile(r"^(## .*)|^(### .*)", re.MULTILINE)


class NotebookReplay:
    """A student, whom nobody else knows, and what they have in front of them.

    Attributes
    ----------
    client : docker.DockerClient
        Of this student; a login stays theirs.
    names : dict of str to object
        The variables of the page.
    """

    def __init__(self) -> None:
        self.client = engine.connect()
        self.names: dict[str, Any] = {}
        self._user = f"test{letters()}"

    @property
    def lesson(self) -> Lesson:
        """The page's own."""
        lesson: Lesson = self.names["lesson"]
        return lesson

    @property
    def engine(self) -> EngineState:
        """What the check gets."""
        return EngineState(self.client, self.lesson.repository, self.lesson.image)

    def play(self, page: str, number: int, until: str) -> None:
        """Run the cells that set a page up, and those of one of its breaks that stand before a part of it."""
        self._page, self._break = page, f"## Break {number}:"
        parts = RHYTHM[: RHYTHM.index(until)]
        for section, part, cell in self._cells():
            if cell.cell_type == "code" and (section == "## Set up" or (self._is_mine(section) and part in parts)):
                with suppress(*([Exception] if "raises-exception" in cell.metadata.get("tags", []) else [])):
                    self.does(cell.source)

    def solution(self) -> str:
        """Take the folded one from the page."""
        found = (SOLUTION.search(cell.source) for section, _, cell in self._cells() if self._is_mine(section))
        return next(match[1] for match in found if match)

    def does(self, source: str) -> None:
        """Run what a student types."""
        with self._seated():
            exec(compile(source, "a cell", "exec"), self.names)

    def builds(self, tag: str, dockerfile: str, program: str = LISTENS) -> None:
        """Build an image of the session from a Dockerfile; one without a FROM line gets the base."""
        text = dockerfile if "FROM" in dockerfile else f"FROM {BASE_IMAGE}\n{dockerfile}"
        folder, name = self.lesson.folder, f"{self.lesson.repository}:{tag}"
        (folder / "Dockerfile").write_text(text)
        (folder / "degrees_api.py").write_text(program)
        self.client.images.build(
            path=str(folder), tag=name, labels=self.lesson.labels, rm=True, forcerm=True, nocache=True
        )

    def clean(self) -> None:
        """Leave, with nothing left behind."""
        with self._seated():
            self.lesson.clean_up()
        assert labels.find(PATHS, self.client, session=self.lesson.repository) == labels.Swept()
        self.client.close()

    @contextmanager
    def _seated(self) -> Iterator[None]:
        with (
            mock.patch.object(docker, "from_env", return_value=self.client),
            mock.patch.dict(os.environ, DOCKERHUB_USERNAME=self._user),
        ):
            yield

    def _is_mine(self, section: str) -> bool:
        return section.startswith(self._break)

    def _cells(self) -> Iterator[tuple[str, str, Any]]:
        """Yield the cells of the page, each with the headings under which it stands."""
        section = part = ""
        for cell in nbformat.read(PATHS.notebooks / f"{self._page}.ipynb", as_version=4).cells:
            if cell.cell_type == "markdown":
                for high, low in HEADING.findall(cell.source):
                    section, part = (high, "") if high else (section, low)
            yield section, part, cell
