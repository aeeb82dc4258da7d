"""The facts of the journey, each in this one place: versions, ports, labels, and the folders of a checkout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TITLE = "Containers, Hands On"

BASE_REPOSITORY = "python"
BASE_TAG = "3.8.10"
BASE_IMAGE = f"{BASE_REPOSITORY}:{BASE_TAG}"
FLASK = "2.2.2"
WERKZEUG = "2.2.3"

APP_NAME = "degrees_api"
APP_TAG = "1.0"
APP_PORT = 5000  # inside the container, and the first host port we try

LOOPBACK = "127.0.0.1"
MIRROR_PORT = 5001
PUSH_PORT = 5002
LAB_PORT = 8888

# Everything the tutorial makes carries LABEL; its value says what for.
LABEL = "containers-hands-on"
LESSON = "lesson"  # made by a notebook: `clean` removes it
SERVICE = "service"  # a local registry, its image, or the build cache: `clean --all` removes it
BUILD_CACHE = f"{LABEL}/build-cache"
SESSION_LABEL = f"{LABEL}.session"
# The stand-in base carries these instead, so that `clean` leaves it to `clean --all`.
STANDIN_LABEL = f"{LABEL}.stand-in"


@dataclass(frozen=True)
class Paths:
    """The folders of one checkout.

    Attributes
    ----------
    root : pathlib.Path
        The checkout itself.
    """

    root: Path

    @property
    def state(self) -> Path:
        """What ``./tutorial`` keeps from one call to the next."""
        return self.root / ".workbench"

    @property
    def work(self) -> Path:
        """Your own copy of the notebooks and the app."""
        return self.root / "work"

    @property
    def notebooks(self) -> Path:
        """The notebooks with their stored outputs."""
        return self.root / "notebooks"

    @property
    def app(self) -> Path:
        """The program that the pages put into a container."""
        return self.root / "app"

    @property
    def frontend(self) -> Path:
        """The sources of what runs in the browser."""
        return self.root / "frontend"

    @property
    def book(self) -> Path:
        """What jupyter-book makes: the pages, and what it has read."""
        return self.state / "book"

    @property
    def bundles(self) -> Path:
        """What runs in the browser, bundled."""
        return self.state / "frontend"


PATHS = Paths(Path(__file__).resolve().parent.parent)  # of the checkout that this module is in

# Answers every question with yes, as a CI run must.
CI = bool(os.environ.get("CI"))
