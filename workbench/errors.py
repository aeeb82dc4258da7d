"""Errors that a user can meet: what went wrong, and the next step."""

from __future__ import annotations

from workbench.text import safe


class TutorialError(Exception):
    """Something a user can meet and fix.

    Parameters
    ----------
    what : str
        What ran and what went wrong, in one sentence.
    fix : str
        The next step: a command to copy, or what to look at.
    """

    def __init__(self, what: str, fix: str) -> None:
        # Others may have written part of it: a name, an answer, the last lines of a log.
        self.what = safe(what)
        self.fix = safe(fix)
        super().__init__(f"{self.what}\n{self.fix}")
