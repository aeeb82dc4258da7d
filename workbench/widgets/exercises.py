"""The exercises of a page, folded away those of the other pages, and which of them are done."""

from __future__ import annotations

import ipywidgets
import traitlets

from workbench.checks.exercise_log import state
from workbench.widgets.base import View
from workbench.widgets.markup import Html, joined, table

READING = Html(
    "<p>In your own copy of the pages, which <code>./tutorial start</code> opens, "
    "you see here which exercises you have done.</p>"
)
LEFT = "text-align: start"


class ExercisesView(View):
    """How far you have come: a list for this page, and a folded table for the others.

    Parameters
    ----------
    page : str
        The page that the view is on.
    pages : dict of str to list of str
        The names of the exercises by page.
    kept : bool
        Whether progress is kept here. Where it isn't, in the book above all, the view tells of no state,
        since that would be somebody else's.
    note : str
        What a student must know before they begin; empty where there is nothing.

    Attributes
    ----------
    done : dict of str to str
        When an exercise was done, by its name; set it, and the view follows.
    problem : str
        Why ``done`` is not known; empty where it is.
    """

    done = traitlets.Dict()
    problem = traitlets.Unicode()

    def __init__(self, page: str, pages: dict[str, list[str]], *, kept: bool, note: str = "") -> None:
        self._page, self._pages, self._kept, self._note = page, pages, kept, note
        self._shown = ipywidgets.HTML()
        super().__init__([self._shown])
        self.observe(self._draw, ["done", "problem"])
        self._draw()

    @property
    def about(self) -> str:
        """Name the page."""
        return f"exercises of {self._page}"

    def _draw(self, _change: object = None) -> None:
        others = [page for page in self._pages if page != self._page]
        here = Html("<p>Exercises on this page: {}</p>{}").format(self._count([self._page]), self._list(self._page))
        rest = table("Exercises on the other pages", ("Page", "Exercises"), map(self._row, others), row_head=LEFT)
        summary = Html("<summary>Exercises on the other pages: {}</summary>").format(self._count(others))
        warning = Html("<p><strong>Warning:</strong> {}</p>").format(self.problem) if self.problem else ""
        note = Html("<p>{}</p>").format(self._note) if self._note else ""
        hint = "" if self._kept else READING
        self.snapshot = Html("{}{}{}<details>{}{}{}</details>").format(note, warning, here, summary, hint, rest)
        self._shown.value = self.snapshot

    @property
    def _known(self) -> bool:
        return self._kept and not self.problem

    def _count(self, pages: list[str]) -> str:
        names = [name for page in pages for name in self._pages[page]]
        if not self._known:
            return str(len(names))
        return f"{sum(name in self.done for name in names)} of {len(names)} done"

    def _row(self, page: str) -> list[str]:
        return [page.replace("_", " "), self._list(page)]

    def _list(self, page: str) -> str:
        items = joined(Html("<li>{}</li>").format(self._item(name)) for name in self._pages[page])
        return Html("<ul>{}</ul>").format(items)

    def _item(self, name: str) -> str:
        return f"{name}: {state(name, self.done)}" if self._known else name
