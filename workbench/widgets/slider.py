"""A slider that a screen reader can name; the handle of ipywidgets' own has no name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets


class Slider(anywidget.AnyWidget):
    """A whole number to choose by dragging, touching, or with the arrow keys.

    Parameters
    ----------
    description : str
        Its name, shown before it.
    low, high : int
        The ends, both among the values.
    """

    _esm = Path(__file__).with_name("slider.js").read_text(encoding="utf-8")

    description = traitlets.Unicode().tag(sync=True)
    min = traitlets.Int().tag(sync=True)
    max = traitlets.Int().tag(sync=True)
    value = traitlets.Int().tag(sync=True)
    disabled = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, description: str, low: int, high: int) -> None:
        super().__init__(description=description, min=low, max=high, value=low)

    def __repr__(self) -> str:
        return f"<slider: {self.description}>"

    @traitlets.validate("value")
    def _within(self, proposal: Any) -> int:
        return int(min(max(proposal["value"], self.min), self.max))
