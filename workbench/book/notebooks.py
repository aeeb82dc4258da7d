"""The stored notebooks: in normal form, so that a diff shows what changed and no more; and found by their numbers."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import nbformat

from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.text import plain

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    # The lexer colors `!curl` and `%magic` lines too.
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
WIDGETS = "application/vnd.jupyter.widget-state+json"
MODEL_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")  # also after the underscore of IPY_MODEL_


def normal_form(notebook: Any, name: str) -> dict[str, Any]:
    """Take out of an executed notebook what differs from run to run and from machine to machine.

    Counts are sequential already, and the ids of cells stay. Widget models are renamed in the order
    in which they appear, tracebacks are cut down to the page's own lines, and metadata of the kernel is reduced
    to what every machine shares.
    """
    widgets = notebook.metadata.get("widgets")
    notebook.metadata = {**METADATA, **({"widgets": widgets} if widgets else {})}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = _shortened(output.traceback)
    text = json.dumps(notebook)
    models = (widgets or {}).get(WIDGETS, {}).get("state", {})
    ids = [found for found in dict.fromkeys(MODEL_ID.findall(text)) if found in models]
    renamed = {old: hashlib.sha256(f"{name} {n}".encode()).hexdigest()[:32] for n, old in enumerate(ids)}
    stored: dict[str, Any] = json.loads(MODEL_ID.sub(lambda match: renamed.get(match[0], match[0]), text))
    return stored


def dump(notebook: dict[str, Any]) -> str:
    """Write a notebook the way Jupyter does, with keys in a stable order."""
    split = nbformat.v4.rwbase.split_lines(nbformat.from_dict(notebook))
    return json.dumps(split, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _joined(outputs: list[Any]) -> list[Any]:
    """Join what a cell printed: into how many pieces it fell is a matter of timing."""
    joined: list[Any] = []
    for output in outputs:
        if joined and output.output_type == "stream" == joined[-1].output_type and output.name == joined[-1].name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _shortened(traceback: list[str]) -> list[str]:
    """Leave of a traceback the lines of the page's own cells, and the error, in plain text.

    The frames between belong to libraries. They name folders of this machine, and lines that move with each release.
    nbval compares the error, and no traceback.
    """
    frames = [plain(frame) for frame in traceback]
    return [*(frame for frame in frames[:-1] if frame.startswith("Cell In[")), *frames[-1:]]


def chosen(paths: Paths, numbers: list[str]) -> list[Path]:
    """Find notebooks by their numbers, which a chapter shares with the page that breaks it; all where none is given.

    Raises
    ------
    TutorialError
        Where a number has no notebook.
    """
    notebooks = sorted(paths.notebooks.glob("[0-9][0-9]_*.ipynb"))
    unknown = [number for number in numbers if not any(path.name.startswith(f"{number}_") for path in notebooks)]
    if unknown:
        raise TutorialError(
            f"No notebook has the number {', '.join(unknown)}.",
            f"There are {', '.join(dict.fromkeys(path.name[:2] for path in notebooks))}.",
        )
    return [path for path in notebooks if not numbers or path.name[:2] in numbers]
