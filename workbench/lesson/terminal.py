"""Open a terminal in a container, on the page."""

from __future__ import annotations

import threading
from itertools import count

from docker.models.containers import Container

from workbench.engine.exec_tty import Command, Tty, name_of
from workbench.errors import TutorialError
from workbench.provision import frontend
from workbench.settings import PATHS, Paths
from workbench.widgets.terminal import TerminalView

SHELL = "/bin/bash"
_numbers = count(1)


def terminal(container: Container, command: Command = SHELL, *, paths: Paths = PATHS) -> TerminalView:
    """Open a terminal in a running container; the same as ``docker exec -it CONTAINER COMMAND``.

    The program ends when the terminal is closed, when its view is gone from the page, and when the notebook's kernel
    ends.

    Parameters
    ----------
    container : docker.models.containers.Container
    command : str or list of str
        What to run in it.
    paths : Paths

    Raises
    ------
    TutorialError
        Where the container doesn't run.
    """
    tty = Tty(container, command)
    view = _view(paths, container, command, tty)
    threading.Thread(target=_pump, args=(tty, view), name="terminal", daemon=True).start()
    return view


def _view(paths: Paths, container: Container, command: Command, tty: Tty) -> TerminalView:
    title = f"{name_of(command)} in a container of {container.attrs['Config']['Image']}"
    try:
        return TerminalView(title, next(_numbers), tty, frontend.bundle(paths, "terminal"))
    except TutorialError as error:
        # A cell can use it all the same.
        return TerminalView(title, next(_numbers), tty, b"", f"{error.what} {error.fix}")


def _pump(tty: Tty, view: TerminalView) -> None:
    """Carry what the program puts out to the view, until it ends."""
    how = "The terminal failed."
    try:
        while (data := tty.read(view.tick(), paused=view.full)) is not None:
            view.show(data)
    finally:
        how = tty.release() or how
        view.finish(how)
