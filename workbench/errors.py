"""Errors that a user can meet: what went wrong, and the next step."""

from __future__ import annotations


class TutorialError(Exception):
    """Something a user can meet and mend.

    Parameters
    ----------
    what : str
        What ran and what went wrong, in one sentence.
    fix : str
        The next step: a command to copy, or what to look at.
    """

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"{what}\n{fix}")
        self.what = what
        self.fix = fix
