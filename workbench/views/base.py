"""What every view has: a last state that can be read where no kernel runs."""

from __future__ import annotations

import ipywidgets
import traitlets


class View(ipywidgets.VBox):
    """A view whose last state is kept as HTML beside its widgets.

    Attributes
    ----------
    snapshot : str
        The state as plain, escaped HTML. Saved with the notebook; the book shows it in place of the
        widgets, which need a kernel and JavaScript.
    """

    snapshot = traitlets.Unicode().tag(sync=True)
