"""nbval's own cells, run on a kernel that answers with outputs of our choice."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError


class Replay:
    """Stands in for nbval's kernel and says what it is told, in the messages that a kernel sends.

    Parameters
    ----------
    outputs : list of nbformat.NotebookNode
        What the cell is to put out, as notebooks store it.
    """

    def __init__(self, outputs: list[Any]) -> None:
        self._messages = _messages(outputs)

    def is_alive(self) -> bool:
        """Tell that it lives."""
        return True

    def execute_cell_input(self, _source: str, *, allow_stdin: bool) -> str:  # noqa: ARG002 - nbval passes it by name
        """Take a cell's source and name the message that it came in."""
        return "request"

    def await_reply(self, _message: str, timeout: float) -> None:
        """Be done at once."""

    def await_idle(self, _message: str, timeout: float) -> None:
        """Be idle at once."""

    def get_message(self, _channel: str, timeout: float) -> dict[str, Any]:  # noqa: ARG002 - the same
        """Say the next thing."""
        return next(self._messages)


def cells(path: Path, session: pytest.Session) -> list[Any]:
    """Collect a notebook's cells as nbval does in this very run, with its options and its sanitizer."""
    file = IPyNbFile.from_parent(session, path=path)
    found = list(file.collect())
    file.setup_sanitize_files()
    return found


def is_accepted(cell: IPyNbCell, outputs: list[Any]) -> bool:
    """Tell whether nbval takes these outputs for the stored ones of a cell."""
    stored = cell.cell
    # nbval joins the streams in place.
    cell.cell = NotebookNode(copy.deepcopy(dict(stored)))
    cell.parent.kernel = Replay(copy.deepcopy(outputs))
    try:
        cell.runtest()
    except NbCellError:
        return False
    finally:
        cell.cell = stored
        cell.parent.kernel = None
    return True


def _messages(outputs: list[Any]) -> Iterator[dict[str, Any]]:
    for output in outputs:
        content = {key: value for key, value in output.items() if key != "output_type"}
        yield _message(output["output_type"], content)
    yield _message("status", {"execution_state": "idle"})


def _message(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"msg_type": kind, "parent_header": {"msg_id": "request"}, "content": content}
