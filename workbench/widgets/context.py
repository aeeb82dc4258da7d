"""The build context as a tree with sizes, what is left out and why, and what to think over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import ipywidgets

from workbench.engine.build_context import Context
from workbench.engine.context_walk import Entry
from workbench.system.units import count, size
from workbench.text import one_line
from workbench.widgets.base import View
from workbench.widgets.markup import ROW_HEAD, Html, joined, table

SHOWN = 60  # entries of the tree: those nearest to the top
ROWS = 30  # rows of what is left out, and warnings
NAME = 120  # characters of a path
ITEM, LIST = Html("<li>{}</li>"), Html("<ul>{}</ul>")
WARNING = Html("<strong>Warning:</strong> {}")


class ContextView(View):
    """What a build would send.

    Parameters
    ----------
    context : Context
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        super().__init__()
        tree = _Tree(context.sent).markup()
        self.snapshot = joined([_summary(context), _warnings(context.warnings), tree, _left_out(context)])
        self.children = [ipywidgets.HTML(self.snapshot)]

    @property
    def about(self) -> str:
        """Name what a page may rely on: how many, not how large."""
        sent, warnings = len(self._context.files), len(self._context.warnings)
        return f"build context: {sent} to send, {len(self._context.left_out)} left out, {count(warnings, 'warning')}"


class _Tree:
    """Nested lists; a folder says how much is in it, also where its content is not shown."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._below: dict[str, list[Entry]] = defaultdict(list)
        self._weight: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        entries = _with_folders(entries)
        for entry in entries:
            self._below[_parent(entry.path)].append(entry)
            if entry.kind != "folder":
                self._add(entry)
        nearest = sorted(entries, key=lambda entry: entry.path.count("/"))
        self._shown = {entry.path for entry in nearest[:SHOWN]}

    def _add(self, entry: Entry) -> None:
        folder = entry.path
        while folder:
            folder = _parent(folder)
            bytes_, files = self._weight[folder]
            self._weight[folder] = (bytes_ + entry.size, files + 1)

    def markup(self, folder: str = "") -> Html:
        """Write one folder as a list."""
        items = [entry for entry in self._below[folder] if entry.path in self._shown]
        lines = [self._line(entry) for entry in items]
        if items and (hidden := len(self._below[folder]) - len(items)):
            lines.append(ITEM.format(f"and {hidden:,} more"))
        return LIST.format(joined(lines)) if lines else Html()

    def _line(self, entry: Entry) -> Html:
        name, marks = _readable(entry.path.rpartition("/")[2]), Html()
        if entry.secret:
            marks += Html(" <strong>(looks like a secret)</strong>")
        if entry.problem:
            marks += Html(" <strong>(can't be read: {})</strong>").format(entry.problem)
        if entry.kind == "folder":
            bytes_, files = self._weight[entry.path]
            line = f"{name}/, {count(files, 'file')}, {size(bytes_)}"
            return ITEM.format(joined([line, marks, self.markup(entry.path)]))
        line = f"{name}, {_what(entry)}"
        return ITEM.format(joined([line, marks]))


def _with_folders(entries: Iterable[Entry]) -> list[Entry]:
    """Add the folders that are left out themselves while something in them is sent."""
    found = {entry.path: entry for entry in entries}
    for path in list(found):
        folder = _parent(path)
        while folder and folder not in found:
            found[folder] = Entry(folder, 0, "folder")
            folder = _parent(folder)
    return sorted(found.values(), key=lambda entry: entry.path.split("/"))


def _what(entry: Entry) -> str:
    if entry.kind == "link":
        return "a link: what it points to is not sent"
    if entry.same_as:
        return f"a hard link to {_readable(entry.same_as)}, which is sent once"
    return size(entry.size) if entry.kind == "file" else "not a file"


def _summary(context: Context) -> Html:
    left_out = sum(entry.files for entry in context.left_out)
    files = count(len(context.files), "file")
    total = f"A build would send {files}, {size(context.size)}. {count(left_out, 'file')} would stay at home."
    return Html("<p>{}</p>").format(total)


def _warnings(warnings: tuple[str, ...]) -> Html:
    if not warnings:
        return Html()
    items = [ITEM.format(WARNING.format(_readable(warning))) for warning in warnings[:ROWS]]
    if len(warnings) > ROWS:
        items.append(ITEM.format(f"and {count(len(warnings) - ROWS, 'more warning')}"))
    return LIST.format(joined(items))


def _left_out(context: Context) -> Html:
    if not context.left_out:
        return Html()
    rows = [_row(entry) for entry in context.left_out[:ROWS]]
    if (more := len(context.left_out) - ROWS) > 0:
        rows.append([f"and {more:,} more"])
    return table("What is not sent", ("Stays at home", "Size", "By the rule"), rows, row_head=ROW_HEAD)


def _row(entry: Entry) -> list[str]:
    name = _readable(entry.path)
    if entry.kind == "folder":
        name += f"/, {count(entry.files, 'file')}"
    rule = Html("<code>{}</code>").format(_readable(entry.rule)) if entry.rule else "sockets are never sent"
    return [name, size(entry.size), rule]


def _readable(text: str) -> str:
    readable = one_line(text)
    return readable if len(readable) <= NAME else readable[: NAME - 3] + "..."


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
