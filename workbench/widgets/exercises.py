"""The exercises of a page and of the whole journey, and which of them are done."""

from __future__ import annotations

import ipywidgets
import traitlets

from workbench.checks.exercise_log import state
from workbench.widgets.base import View
from workbench.widgets.markup import Html, joined, table

READING = Html(
    "<p>Work in a copy of your own, as <code>./tutorial start</code> opens it, "
    "and this table says which of them you have done.</p>"
)


class ExercisesView(View):
    """How far somebody has come: one line, and a table behind it.

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
        names = [name for page in self._pages.values() for name in page]
        here, all_ = self._count(self._pages[self._page]), self._count(names)
        rows = map(self._row, self._pages)
        shown = table("Exercises of the journey", ("Page", "Exercises"), rows, row_head="text-align: start")
        warning = Html("<p><strong>Warning:</strong> {}</p>").format(self.problem) if self.problem else ""
        summary = Html("<summary>Exercises: {} on this page, {} in all</summary>").format(here, all_)
        hint = "" if self._kept else READING
        note = Html("<p>{}</p>").format(self._note) if self._note else ""
        self.snapshot = Html("{}{}<details>{}{}{}</details>").format(note, warning, summary, hint, shown)
        self._shown.value = self.snapshot

    @property
    def _known(self) -> bool:
        return self._kept and not self.problem

    def _count(self, names: list[str]) -> str:
        if not self._known:
            return str(len(names))
        return f"{sum(name in self.done for name in names)} of {len(names)} done"

    def _row(self, page: str) -> list[str]:
        here = " (this page)" if page == self._page else ""
        items = joined(Html("<li>{}</li>").format(self._item(name)) for name in self._pages[page])
        return [page.replace("_", " ") + here, Html("<ul>{}</ul>").format(items)]

    def _item(self, name: str) -> str:
        return f"{name}: {state(name, self.done)}" if self._known else name
