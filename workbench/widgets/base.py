"""What every view has: a last state that can be read where no kernel runs."""

from __future__ import annotations

import ipywidgets
import traitlets

from workbench.text import one_line


class View(ipywidgets.VBox):
    """A view whose last state is kept as HTML beside its widgets.

    Attributes
    ----------
    snapshot : str
        The state as plain, escaped HTML. Saved with the notebook; the book shows it in place of the
        widgets, which need a kernel and JavaScript.
    about : str
        What the view is of, in a few words that are the same in each run; its printed form.
    """

    snapshot = traitlets.Unicode().tag(sync=True)

    @property
    def about(self) -> str:
        """The same as the class says."""
        return "view"

    def __repr__(self) -> str:
        return f"<{one_line(self.about)}>"
