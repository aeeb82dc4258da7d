"""Execute the notebooks and store them with their outputs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError

from workbench.book.notebooks import dump, normal_form
from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system import kernels
from workbench.system.files import write_atomically
from workbench.system.locks import lock_of

CELL_TIMEOUT = 300  # seconds
# What is removed here is what the views have shown: the book shows them as they were before.
CLEAN_UP = "lesson.clean_up()"
# Pages show the placeholder that the text uses, not the name of the person who recorded them.
RECORDING = {"DOCKERHUB_USERNAME": "username", "DOCKERHUB_TOKEN": ""}


def record(paths: Paths, path: Path) -> None:
    """Execute one notebook from top to bottom and store its outputs beside its cells.

    Parameters
    ----------
    paths : Paths
    path : pathlib.Path
        A notebook; it is replaced as a whole, and only once every cell has run.

    Raises
    ------
    TutorialError
        Where a cell fails that was not meant to.
    """
    notebook = nbformat.read(path, as_version=4)
    try:
        # One at a time: a second one would be called username/degrees_api-2.
        with lock_of(paths, "recording"), kernels.private_folder() as sockets:
            _execute(_client(notebook, path.parent, sockets))
    except (CellControlSignal, DeadKernelError) as error:  # it failed, took too long, or ended its kernel
        raise TutorialError(
            f"{path.name} was not recorded: a cell failed.\n{error}",
            "The notebook is as it was. Fix the cell, or tag it raises-exception where it is meant to fail.",
        ) from error
    write_atomically(path, dump(normal_form(notebook, path.stem)))


def _client(notebook: Any, folder: Path, sockets: str) -> NotebookClient:
    def keep_views(cell: Any, **_more: Any) -> None:
        """Store no state of a view from the clean-up on: a panel would say that its container was removed."""
        if cell.source.strip() == CLEAN_UP:
            client.store_widget_state = False

    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=True,
        resources={"metadata": {"path": str(folder)}},
        config=kernels.config(sockets),
        on_cell_execute=keep_views,
    )
    return client


def _execute(client: NotebookClient) -> None:
    try:
        client.execute(env={**os.environ, **RECORDING})
    except Exception as error:
        # nbclient answers Ctrl-C by ending the kernel, and then stumbles over that in one way or another.
        if hasattr(client, "_async_cleanup_kernel_future"):
            raise KeyboardInterrupt from error
        raise
