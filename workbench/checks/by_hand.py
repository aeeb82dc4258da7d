"""What a check may look at where you worked by hand: things without our labels, under the names that pages teach."""

from __future__ import annotations

from typing import Any

from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks.engine_state import EngineState
from workbench.settings import LABEL


class ByHand(EngineState):
    """A engine for images and containers of your own.

    Attributes
    ----------
    session : str
        The repository that the pages teach, ``username/degrees_api``.
    """

    def find_image(self, name: str) -> Image | None:
        """Find an image by its name; in the repository, one of your own."""
        image = super().find_image(name)
        return None if image and self.session in name and LABEL in image.labels else image

    def _containers(self, *, all: bool, **chosen: Any) -> list[Container]:  # noqa: A002 - docker-py's name
        listed = self.client.containers.list(all=all, filters=chosen, ignore_removed=True)
        return [one for one in listed if LABEL not in one.labels and self.session in one.attrs["Config"]["Image"]]
