"""A reader who types the console blocks of a page, one after the other, and compares what comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .sanitizing import Rule
from .terminal import Answer, NoPromptError, Window
from .transcript import Block, Prompt, Step, Substitution, agrees, ends_in_text, shows_failure

LIMIT = 120  # seconds that a command gets


class MismatchError(AssertionError):
    """The terminal did not do what the page says."""

    def __init__(self, what: str, number: int, step: Step, got: str) -> None:
        command = step.command or "^C"
        super().__init__(
            f"{what}\nconsole block {number}, typed: {command}\n"
            f"--- the page says\n{step.expected}\n--- the terminal says\n{got}\n---"
        )


class Reader:
    """Types the blocks of one page.

    Parameters
    ----------
    folder : pathlib.Path
        Where each window starts.
    env : dict of str to str
    placeholders : Substitution
    rules : list of Rule
        What may differ between the page and the terminal.
    notice : callable
        Called with each output, before it is compared.
    """

    def __init__(
        self,
        folder: Path,
        env: dict[str, str],
        placeholders: Substitution,
        rules: list[Rule],
        notice: Callable[[str], None],
    ) -> None:
        self._folder, self._env = folder, env
        self._placeholders = placeholders
        self._rules = rules
        self._notice = notice
        self._windows: list[Window] = []
        # What the page has shown in a window since the host's shell there started something.
        self._shown: dict[Window, str] = {}

    def play(self, block: Block) -> None:
        """Type a block, all of it in one window.

        Raises
        ------
        MismatchError
        """
        window = self._window_for(block.steps[0])
        for step, following in zip(block.steps, [*block.steps[1:], None]):
            self._expect_prompt(window, block.number, step)
            try:
                answer = self._type(window, step, following)
            except NoPromptError as error:
                self._notice(error.output)
                what = f"no prompt came back within {LIMIT} s, and the output is not all that the page shows"
                raise MismatchError(what, block.number, step, error.output) from error
            self._notice(answer.output)
            self._compare(window, block.number, step, answer)

    def still_busy(self) -> list[str]:
        """Say in which windows something still runs, which the page should have ended."""
        states = [window.waiting()[0] for window in self._windows]
        return [f"window {n}: {state.name}" for n, state in enumerate(states, 1) if state is not Prompt.HOST]

    def folders(self) -> set[Path]:
        """Ask each window in which folder its shell stands."""
        answers = [window.type("pwd -P", lambda _: False) for window in self._windows]
        return {Path(answer.output.strip()) for answer in answers}

    def close(self) -> None:
        """Close all windows."""
        for window in self._windows:
            window.close()

    def _window_for(self, step: Step) -> Window:
        """Choose the window where the prompt fits; open another where the host's shell is busy in all of them."""
        order = self._windows if step.prompt is Prompt.HOST else self._windows[::-1]
        found = next((window for window in order if window.waiting()[0] is step.prompt), None)
        if found is None:
            found = Window(self._folder, self._env, LIMIT)
            self._windows.append(found)
        return found

    def _expect_prompt(self, window: Window, number: int, step: Step) -> None:
        prompt, folder = window.waiting()
        if (prompt, folder) != (step.prompt, step.folder):
            what = f"the page shows {step.prompt.name} {step.folder} as prompt, the terminal has {prompt.name} {folder}"
            raise MismatchError(what, number, step, "")

    def _type(self, window: Window, step: Step, following: Step | None) -> Answer:
        if step.prompt is Prompt.PROGRAM:
            return window.interrupt()
        # A program may stay in the foreground at the end of a block, where the page shows how its
        # output ends, and where the next thing is a Ctrl-C.
        interrupted = following is not None and following.prompt is Prompt.PROGRAM
        may_stay = interrupted or (following is None and ends_in_text(step.expected))
        return window.type(
            self._placeholders.typed(step),
            lambda output: may_stay and agrees(step.expected, self._placeholders.shown(output), self._rules),
        )

    def _compare(self, window: Window, number: int, step: Step, answer: Answer) -> None:
        got = self._placeholders.shown(answer.output)
        if not agrees(step.expected, got, self._rules):
            raise MismatchError("the output is another than on the page", number, step, got)
        before = "" if step.prompt is Prompt.HOST else self._shown.get(window, "")
        self._shown[window] = f"{before}\n{step.expected}"
        # Who presses Ctrl-C knows that the program has not come to its own end.
        if answer.status and step.prompt is not Prompt.PROGRAM and not shows_failure(self._shown[window].strip(), got):
            raise MismatchError(f"exit status {answer.status}, and the page shows no failure", number, step, got)
