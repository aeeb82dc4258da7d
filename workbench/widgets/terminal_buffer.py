"""What a program in a terminal has said, and waiting for what it is to say."""

from __future__ import annotations

import threading

from workbench.errors import TutorialError
from workbench.widgets.output import Output
from workbench.widgets.transcript import Transcript, plain

FIRST_PROMPT = 10.0  # seconds that a program gets to show something before anything is typed
SEARCHED = 64_000  # bytes of output in which a text is looked for
LAST_LINES = 10


class TerminalBuffer:
    """The output of a program, heard by one thread and waited for by another.

    Attributes
    ----------
    changed : threading.Condition
        Hold it to read or write anything here.
    output : Output
    transcript : Transcript
    ended : str
        How the program has ended; empty while it runs.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.output = Output()
        self.transcript = Transcript(self.output)
        self.ended = ""
        self._typed_at = 0

    def hear(self, data: bytes) -> None:
        """Take what the program said."""
        with self.changed:
            self.output.append(data)
            self.changed.notify_all()

    def end(self, how: str) -> None:
        """Take note that the program has ended."""
        with self.changed:
            self.ended = how
            self.changed.notify_all()

    def before_typing(self) -> None:
        """Wait for the first prompt, and remember where the answer will begin.

        Raises
        ------
        TutorialError
            Where the program has ended.
        """
        with self.changed:
            # What is typed before the first prompt is shown twice: by the terminal, and by the shell once it is up.
            self.changed.wait_for(lambda: self.output.end or self.ended, FIRST_PROMPT)
            if self.ended:
                raise TutorialError(f"Nobody reads what you type. {self.ended}", "Open a new terminal.")
            self._typed_at = self.output.end

    def wait_for(self, text: str, seconds: float) -> None:
        """Wait until a text has come since something was typed.

        Raises
        ------
        TutorialError
            With what came instead.
        """
        with self.changed:
            if self.changed.wait_for(lambda: text in self._answer() or self.ended, seconds) and text in self._answer():
                return
            why = f"and will not. {self.ended}" if self.ended else f"within {seconds:g} seconds."
            last = "\n".join(self._answer().splitlines()[-LAST_LINES:])
            raise TutorialError(
                f"The terminal did not show {text!r} {why}",
                f"What it showed last:\n{last}" if last else "It showed nothing.",
            )

    def _answer(self) -> str:
        return plain(self.output.read(max(self._typed_at, self.output.end - SEARCHED))[1])
