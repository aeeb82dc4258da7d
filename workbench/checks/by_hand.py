"""What counts though no cell of the page made it: yours from the command line, found by name, image and time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docker.models.images import Image

from workbench.checks.engine_state import EngineState
from workbench.engine import labels
from workbench.settings import APP_TAG, LABEL, SESSION_LABEL


@dataclass(frozen=True)
class ByHand(EngineState):
    """An engine for images and containers under the name that the pages teach, where the page itself has another.

    Attributes
    ----------
    page : str
        The page's own session. An image may carry its label, as one does that you commit from its container.
    """

    page: str = ""

    def find_image(self, name: str) -> Image | None:
        """Find an image by its name; in the repository, none of another page."""
        image = super().find_image(name)
        if image is None or self.session not in name or LABEL not in image.labels:
            return image
        return image if image.labels.get(SESSION_LABEL) == labels.lesson_labels(self.page)[SESSION_LABEL] else None


def states(engine: EngineState, taught: str) -> Iterator[EngineState]:
    """Give what to look at for a page: what is under its own name, then what is under the name that pages teach."""
    yield engine
    if engine.session != taught and engine.since is not None:
        own = {name: value for name, value in vars(engine).items() if name not in ("session", "image")}
        yield ByHand(session=taught, image=f"{taught}:{APP_TAG}", page=engine.session, **own)
