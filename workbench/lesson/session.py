"""One run of a notebook: its names, its labels, its ports, and the tidying up behind it."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import docker
from filelock import FileLock

from workbench import checks
from workbench.checks import exercise_log
from workbench.checks.engine_state import EngineState
from workbench.engine import build_steps, clock, labels, ports
from workbench.engine import client as engine
from workbench.engine.build_retry import retry_missing_layer
from workbench.errors import TutorialError
from workbench.lesson import judgement, open_pages
from workbench.lesson.explain_hook import HOOK
from workbench.lesson.judgement import Judgement
from workbench.lesson.open_pages import OpenPage
from workbench.provision import base_image, mirror
from workbench.provision.base_pull import pull
from workbench.provision.base_record import recorded
from workbench.provision.provenance import provenance
from workbench.settings import APP_NAME, APP_PORT, APP_TAG, BASE_IMAGE, BUILD_CACHE, PATHS, Paths
from workbench.system.locks import claim
from workbench.system.username import username
from workbench.text import say
from workbench.widgets.exercises import ExercisesView

COPIES = 100  # how many copies of a notebook one user may run at a time


class Lesson:
    """What a notebook needs around the calls that it teaches.

    Parameters
    ----------
    client : docker.DockerClient
        The notebook's own client.
    paths : Paths
        The checkout that the notebook belongs to.

    Attributes
    ----------
    repository : str
        ``username/degrees_api``, with your name; a copy of the notebook that runs beside this one
        gets ``username/degrees_api-2``, and so does one that finds an image or a container that you gave that name.
    image : str
        The repository with its tag, ``username/degrees_api:1.0``.
    labels : dict of str to str
        For everything the notebook makes; ``clean_up`` removes what carries them.
    """

    def __init__(self, client: docker.DockerClient, *, paths: Paths = PATHS) -> None:
        self._client = client
        self._paths = paths
        self._reach()
        _use_own_programs()
        self._taught = f"{username()}/{APP_NAME}"
        names = [self._taught, *(f"{self._taught}-{copy}" for copy in range(2, COPIES))]
        self._yours = labels.taken(client, self._taught)
        self.repository, lock = claim(paths, (name for name in names if not labels.taken(client, name)))
        self._locks: list[FileLock] = [lock]
        self._ports: list[int] = []
        self.image = f"{self.repository}:{APP_TAG}"
        HOOK.session = self.repository
        self.labels = labels.lesson_labels(self.repository)
        self._folder: Path | None = None
        self._keeps_progress = exercise_log.keeps(paths, Path.cwd())
        self._exercises: ExercisesView | None = None
        self._open = open_pages.note(paths, OpenPage(self.repository, clock.now(client)))
        # Nobody alive holds this name, so what carries it was left by a run that was cut short.
        labels.sweep(paths, client, session=self.repository)
        build_steps.read_along(paths, client)
        atexit.register(self._close)

    def name(self, role: str) -> str:
        """Give a container name that no other notebook uses: ``username-degrees_api-ROLE``."""
        return f"{self.repository.replace('/', '-')}-{role}"

    def port(self, first: int = APP_PORT) -> int:
        """Take a free host port, ``first`` or the next one, and say which and why."""
        port, lock = claim(self._paths, ports.free_ports(first))
        # A port that is free and can't be had is claimed by a notebook that is about to use it.
        claimed_by = "this notebook" if first in self._ports else "another notebook"
        taken_by = claimed_by if ports.is_free(first) else ports.holder(first, self._client)
        self._locks.append(lock)
        self._ports.append(port)
        say(f"Using host port {port}" + ("." if port == first else f": {first} is taken by {taken_by}."))
        return port

    @property
    def folder(self) -> Path:
        """A folder of this run's own, with ``degrees_api.py`` and what is beside it in ``app``."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=f"{APP_NAME}-"))
            ignore = shutil.ignore_patterns("__pycache__", "test_*")
            shutil.copytree(self._app, self._folder, ignore=ignore, dirs_exist_ok=True)
            self._folder.chmod(0o700)  # copytree has given it the mode of its source
            HOOK.folder = str(self._folder)
        return self._folder

    def build(self) -> str:
        """Build the image of ``app``, for the chapters that start from a finished one; return its name.

        The same on the command line: ``docker build -t username/degrees_api:1.0 app``.
        """
        # An image that stays keeps the steps in the builder's cache. Else the page that tidies up last removes
        # them, maybe in the moment in which another page's build has found them there.
        if not self._client.api.images(BUILD_CACHE):
            self._build(BUILD_CACHE, labels.service_labels())
        return self._build(self.image, self.labels)

    def check(self, exercise: str) -> None:
        """Look at the engine and say whether an exercise is done, or what is still in the way.

        In the student's copy, what is done is noted down for ``exercises``.
        """
        found = self._look(exercise)
        say(found)
        if self._keeps_progress:
            for problem in judgement.noted(self._paths, exercise, found.result):
                say(problem)
            self._show_progress()

    def exercises(self, page: str) -> ExercisesView:
        """Show the exercises of a page and of the whole journey, and which are done.

        Parameters
        ----------
        page : str
            The notebook's name without its ending, ``01_set_up``.
        """
        names = {name: list(exercises) for name, exercises in checks.PAGES.items()}
        self._open = open_pages.note(self._paths, replace(self._open, page=page))
        self._exercises = ExercisesView(page, names, kept=self._keeps_progress, note=self._note)
        self._show_progress()
        return self._exercises

    def clean_up(self) -> None:
        """Remove what this notebook made, and nothing else; say what that was."""
        say(labels.sweep(self._paths, self._client, session=self.repository))
        self._close()
        for lock in self._locks:
            lock.release()

    def provenance(self) -> None:
        """Say on what this notebook ran."""
        say(provenance(self._paths, self._client))

    @property
    def _note(self) -> str:
        """Say why this run doesn't use the name that the pages teach; empty where it does, or a copy has it."""
        if not self._yours:
            return ""
        return (
            f"There is already {self._yours[0]}, which is not from your pages. It stays as it is, "
            f"and this page uses the name {self.repository}."
        )

    @property
    def _app(self) -> Path:
        """The program's folder: ``work/app`` beside ``work/notebooks``, with your changes, or the product's."""
        students = Path("../app")
        return students if students.is_dir() else self._paths.app

    def _look(self, exercise: str) -> Judgement:
        """Check what this page made, and what you made yourself since it began.

        In ``notebooks/`` itself only labels count: what is stored there must not depend on what else is on an engine.
        """
        since = None if Path.cwd() == self._paths.notebooks.resolve() else self._open.since
        alone = not open_pages.copies(self._paths, self._open, self._taught)
        engine = EngineState(self._client, self.repository, self.image, self._paths, self._app, since, alone)
        return judgement.judge(exercise, engine, self._taught)

    def _build(self, tag: str, marks: dict[str, str]) -> str:
        build = retry_missing_layer(self._client.images.build)  # another page may tidy up meanwhile
        build(path=str(self.folder), tag=tag, labels=marks, rm=True, forcerm=True)
        return tag

    def _show_progress(self) -> None:
        if self._exercises is not None and self._keeps_progress:
            try:
                self._exercises.done, self._exercises.problem = exercise_log.read(self._paths), ""
            except TutorialError as error:
                self._exercises.problem = str(error)

    def _reach(self) -> None:
        try:
            self._client.ping()
        except engine.ENGINE_ERRORS as error:
            raise engine.unreachable(error) from error
        mirror.guard(self._paths, self._client)
        here = base_image.describe(self._paths, self._client)
        if not here and (reason := pull(self._paths, self._client, recorded(self._paths))):
            raise TutorialError(f"{BASE_IMAGE} is not on this engine: {reason}", "Run ./tutorial start")
        base_image.keep_name(self._paths, self._client)

    def _close(self) -> None:
        """Leave no folder behind, and say that this page is open no more."""
        open_pages.forget(self._paths, self.repository)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _use_own_programs() -> None:
    """Let ``!pip`` in a cell be the pip of the Python that runs the cell."""
    own = str(Path(sys.executable).parent)
    if own not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = own + os.pathsep + os.environ["PATH"]
