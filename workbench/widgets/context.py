"""The build context as a tree with sizes, what stays at home and why, and what to think over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import ipywidgets

from workbench.engine.build_context import Context, Entry
from workbench.system.units import count, size
from workbench.text import escaped, one_line
from workbench.widgets.base import View

SHOWN = 60  # entries of the tree: those nearest to the top
ROWS = 30  # rows of what stays at home, and warnings
NAME = 120  # characters of a path


class ContextView(View):
    """What a build would send.

    Parameters
    ----------
    context : Context
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        super().__init__()
        self.snapshot = (
            _summary(context) + _warnings(context.warnings) + _Tree(context.sent).html() + _left_out(context)
        )
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

    def html(self, folder: str = "") -> str:
        """Write one folder as a list."""
        items = [entry for entry in self._below[folder] if entry.path in self._shown]
        lines = [self._line(entry) for entry in items]
        if items and (hidden := len(self._below[folder]) - len(items)):
            lines.append(f"<li>and {hidden:,} more</li>")
        return f"<ul>{''.join(lines)}</ul>" if lines else ""

    def _line(self, entry: Entry) -> str:
        name, marks = _escaped(entry.path.rpartition("/")[2]), ""
        if entry.secret:
            marks += " <strong>(looks like a secret)</strong>"
        if entry.problem:
            marks += f" <strong>(can't be read: {escaped(entry.problem)})</strong>"
        if entry.kind == "folder":
            bytes_, files = self._weight[entry.path]
            return f"<li>{name}/, {count(files, 'file')}, {size(bytes_)}{marks}{self.html(entry.path)}</li>"
        return f"<li>{name}, {size(entry.size) if entry.kind == 'file' else _kind(entry)}{marks}</li>"


def _with_folders(entries: Iterable[Entry]) -> list[Entry]:
    """Add the folders that stay at home themselves while something in them is sent."""
    found = {entry.path: entry for entry in entries}
    for path in list(found):
        folder = _parent(path)
        while folder and folder not in found:
            found[folder] = Entry(folder, 0, "folder")
            folder = _parent(folder)
    return sorted(found.values(), key=lambda entry: entry.path.split("/"))


def _kind(entry: Entry) -> str:
    return "a link: what it points to is not sent" if entry.kind == "link" else "no file"


def _summary(context: Context) -> str:
    left_out = sum(entry.files for entry in context.left_out)
    files = count(len(context.files), "file")
    return f"<p>A build would send {files}, {size(context.size)}. {count(left_out, 'file')} would stay at home.</p>"


def _warnings(warnings: tuple[str, ...]) -> str:
    if not warnings:
        return ""
    items = [f"<li><strong>Warning:</strong> {_escaped(warning)}</li>" for warning in warnings[:ROWS]]
    if len(warnings) > ROWS:
        items.append(f"<li>and {count(len(warnings) - ROWS, 'more warning')}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _left_out(context: Context) -> str:
    if not context.left_out:
        return ""
    head = "<tr><th scope='col'>Stays at home</th><th scope='col'>Size</th><th scope='col'>By the rule</th></tr>"
    rows = "".join(map(_row, context.left_out[:ROWS]))
    if (more := len(context.left_out) - ROWS) > 0:
        rows += f"<tr><td colspan='3'>and {more:,} more</td></tr>"
    return f"<table><caption>What is not sent</caption>{head}{rows}</table>"


def _row(entry: Entry) -> str:
    name = _escaped(entry.path)
    if entry.kind == "folder":
        name += f"/, {count(entry.files, 'file')}"
    rule = f"<code>{_escaped(entry.rule)}</code>"
    head = f"<th scope='row' style='text-align: start; overflow-wrap: anywhere'>{name}</th>"
    return f"<tr>{head}<td>{size(entry.size)}</td><td>{rule}</td></tr>"


def _escaped(text: str) -> str:
    readable = one_line(text)
    return escaped(readable if len(readable) <= NAME else readable[: NAME - 3] + "...")


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
