"""The layers of an image as bars and as a table; two images side by side."""

from __future__ import annotations

import ipywidgets

from workbench.engine.image_history import SETTINGS
from workbench.engine.image_layers import NO_HISTORY, UNKNOWN, ImageLayers, Instruction
from workbench.system.units import count, size
from workbench.widgets.base import View
from workbench.widgets.markup import ROW_HEAD, Html, joined, table

TEXT = 200  # characters of an instruction
ROWS = 30  # instructions of an image, the last ones
HEADS = ("Instruction", "Adds", "Layer")


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
        side_by_side = Html("<div style='display: flex; flex-wrap: wrap; gap: 1em'>{}</div>")
        super().__init__()
        self.snapshot = side_by_side.format(joined(map(self._table, self._images)))
        self.children = [ipywidgets.HTML(self.snapshot)]

    @property
    def about(self) -> str:
        """Name the images."""
        return f"layers of {' beside '.join(image.name for image in self._images)}"

    def _table(self, image: ImageLayers) -> Html:
        most = max((one.size for each in self._images for one in each.ours), default=0)
        left_out = max(0, len(image.ours) - ROWS)
        more = [[f"{count(left_out, 'instruction')} before"]] if left_out else []
        rows = [self._row(one, most) for one in image.ours[left_out:]]
        return table(image.name, HEADS, [*_base(image), *more, *rows], row_head=ROW_HEAD)

    def _row(self, one: Instruction, most: int) -> list[str]:
        text = one.text if len(one.text) <= TEXT else one.text[: TEXT - 3] + "..."
        # The bar says nothing that doesn't stand beside it.
        meter = Html("<meter aria-hidden='true' max='{}' value='{}'></meter> ")
        bar = meter.format(most, one.size) if one.size else ""
        adds = bar + (size(one.size) if one.layer or one.size else "nothing")
        return [Html("<code>{}</code>").format(text), adds, self._layer(one)]

    def _layer(self, one: Instruction) -> str:
        if not one.layer:
            setting = one.text.partition(" ")[0] in SETTINGS
            return "none: a setting" if setting else "none: no file changed"
        if one.layer == UNKNOWN:
            return "one" if one.size or one.text == NO_HISTORY else "one or none: Docker doesn't say"
        if len(self._images) == 1:
            return "one"
        first, second = ({each.layer for each in image.ours} for image in self._images)
        return "in both images" if one.layer in first & second else "in this image only"


def _base(image: ImageLayers) -> list[list[str]]:
    if not image.base:
        return []
    return [[f"{image.base}, the base", size(image.base_size), count(image.base_layers, "layer")]]
