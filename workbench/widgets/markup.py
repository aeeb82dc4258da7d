"""Write HTML: what is put into an ``Html`` is escaped, and what is ``Html`` itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup  # noqa: TID251 - the one place

from workbench.text import safe


class Html(Markup):
    """A piece of HTML, into which text is put by ``format``, ``join`` or ``+``. Others may have written the text."""

    @classmethod
    def escape(cls, s: Any, /) -> Html:
        """Write text as HTML, safe to look at."""
        return cls(s.__html__()) if hasattr(s, "__html__") else cls(super().escape(safe(str(s))))


BREAK = Html("<br>")
# One long word must not make a narrow window scroll.
ROW_HEAD = "text-align: start; overflow-wrap: anywhere"


def joined(parts: Iterable[str]) -> Html:
    """Put parts together, each of them escaped unless it is markup."""
    return Html().join(parts)


def lines(texts: Iterable[str]) -> Html:
    """Put each text that isn't empty on its own line."""
    return BREAK.join(text for text in texts if text)


def live_status(text: str) -> Html:
    """Write a line that a screen reader reads out when it changes."""
    return Html('<p role="status" aria-live="polite">{}</p>').format(text)


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, row_head: str = "", cell: str = ""
) -> Html:
    """Write a table whose cells a screen reader reads out with their heads.

    Parameters
    ----------
    caption : str
    heads : sequence of str
        Of the columns.
    rows : iterable of sequences of str
        The first cell of a row is its head. The only cell of a row spans all columns.
    row_head, cell : str
        The style of the rows' heads and of all other cells.
    """
    columns = joined(Html("<th scope='col'>{}</th>").format(head) for head in heads)
    head, other = (Html(" style='{}'").format(style) if style else "" for style in (row_head, cell))
    body = joined(_row(row, len(heads), head, other) for row in rows)
    return Html("<table><caption>{}</caption><tr>{}</tr>{}</table>").format(caption, columns, body)


def _row(row: Sequence[str], columns: int, head: str, other: str) -> Html:
    if len(row) == 1:
        return Html("<tr><td colspan='{}'>{}</td></tr>").format(columns, row[0])
    cells = joined(Html("<td{}>{}</td>").format(other, text) for text in row[1:])
    return Html("<tr><th scope='row'{}>{}</th>{}</tr>").format(head, row[0], cells)
