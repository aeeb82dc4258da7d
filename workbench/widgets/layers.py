"""The layers of an image as bars and as a table; two images side by side."""

from __future__ import annotations

import ipywidgets

from workbench.engine.image_layers import ImageLayers, Instruction
from workbench.system.units import count, size
from workbench.text import escaped
from workbench.widgets.base import View

TEXT = 200  # characters of an instruction
NAME = "text-align: start; overflow-wrap: anywhere"  # one long word must not make a narrow window scroll
ROWS = 30  # instructions of an image, the last ones
HEAD = "<tr><th scope='col'>Instruction</th><th scope='col'>Adds</th><th scope='col'>Layer</th></tr>"


class LayersView(View):
    """What each instruction of an image added.

    Parameters
    ----------
    image : ImageLayers
    other : ImageLayers, optional
        To stand beside it; then each layer says whether both images have it.
    """

    def __init__(self, image: ImageLayers, other: ImageLayers | None = None) -> None:
        self._images = [image] if other is None else [image, other]
        # Side by side where there is room for two, else one below the other.
        tables = "".join(map(self._table, self._images))
        super().__init__()
        self.snapshot = f"<div style='display: flex; flex-wrap: wrap; gap: 1em'>{tables}</div>"
        self.children = [ipywidgets.HTML(self.snapshot)]

    @property
    def about(self) -> str:
        """Name the images."""
        return f"layers of {' beside '.join(image.name for image in self._images)}"

    def _table(self, image: ImageLayers) -> str:
        most = max((one.size for each in self._images for one in each.ours), default=0)
        left_out = max(0, len(image.ours) - ROWS)
        rows = "".join(self._row(one, most) for one in image.ours[left_out:])
        more = f"<tr><td colspan='3'>{count(left_out, 'instruction')} before</td></tr>" if left_out else ""
        return f"<table><caption>{escaped(image.name)}</caption>{HEAD}{_base(image)}{more}{rows}</table>"

    def _row(self, one: Instruction, most: int) -> str:
        text = escaped(one.text if len(one.text) <= TEXT else one.text[: TEXT - 3] + "...")
        # The bar says nothing that doesn't stand beside it.
        bar = f"<meter aria-hidden='true' max='{most}' value='{one.size}'></meter> " if one.size else ""
        adds = bar + (size(one.size) if one.layer or one.size else "nothing")
        name = f"<th scope='row' style='{NAME}'><code>{text}</code></th>"
        return f"<tr>{name}<td>{adds}</td><td>{self._layer(one)}</td></tr>"

    def _layer(self, one: Instruction) -> str:
        if not one.layer:
            return "none: a setting"
        if len(self._images) == 1:
            return "one"
        first, second = ({each.layer for each in image.ours} for image in self._images)
        return "in both images" if one.layer in first & second else "in this image only"


def _base(image: ImageLayers) -> str:
    if not image.base:
        return ""
    name, layers = escaped(image.base), count(image.base_layers, "layer")
    head = f"<th scope='row' style='{NAME}'>{name}, the base</th>"
    return f"<tr>{head}<td>{size(image.base_size)}</td><td>{layers}</td></tr>"
