"""In a notebook: the explanation under a traceback, where there is one."""

from __future__ import annotations

from typing import Any

from IPython.core.getipython import get_ipython

from workbench.text import say


class Hook:
    """Prints the explanation of an exception after the cell that raised it.

    Attributes
    ----------
    folder : str
        The build context of the notebook, for a failed build that doesn't tell its own.
    session : str
        The run of the notebook, whose containers are meant.
    """

    folder = session = ""

    def __call__(self, result: Any) -> None:
        """Take IPython's report of a cell that has run."""
        error = result.error_in_exec
        if error is None:
            return
        # Loaded when a cell fails, not with each kernel: the tables of causes are long.
        from workbench.explain import explain  # noqa: PLC0415

        if explanation := explain(error, self.folder, self.session):
            say(f"\n{explanation}")


HOOK = Hook()


def install() -> None:
    """Explain what cells raise from now on; once, however often this is called, and only where IPython runs."""
    shell = get_ipython()
    if shell is not None and HOOK not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", HOOK)
