"""A real bash in a pseudo-terminal, which is typed into and read as a person would."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pexpect

from .transcript import Prompt

# Wide, so that no table wraps and no shell inside a container breaks a long line.
SIZE = (50, 200)
QUIET = 0.15  # seconds without output until a prompt counts: shells draw theirs again when the window gets its size
SETTLE = 2.5  # seconds without output until a program counts as one that stays in the foreground
HOST_PROMPT = "host-59c1f0"
PS1 = f"[{HOST_PROMPT}:$?]$ "
ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>()][A-Z0-9]?)")
WAITING = {
    Prompt.HOST: re.compile(rf"\[{HOST_PROMPT}:(?P<status>\d+)\]\$ \Z"),
    Prompt.SHELL: re.compile(r"root@[0-9a-f]{12}:(?P<folder>[^\s#]*)# \Z"),
    Prompt.PYTHON: re.compile(r"(?:^|\n)>>> \Z"),
}


@dataclass(frozen=True)
class Answer:
    """What came back for a line.

    Attributes
    ----------
    output : str
        Without the echo of the line and the prompt after it.
    prompt : Prompt
        Who waits now; ``Prompt.PROGRAM`` where a program stays in the foreground.
    status : int or None
        Exit status, where it is the host's shell that waits.
    """

    output: str
    prompt: Prompt
    status: int | None


class NoPromptError(Exception):
    """No prompt came back in time.

    Attributes
    ----------
    output : str
        What there was until then.
    """

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


class Window:
    """One terminal window with a bash in it.

    Parameters
    ----------
    folder : pathlib.Path
        Where the shell starts.
    env : dict of str to str
    limit : float
        Seconds that a command gets.
    """

    def __init__(self, folder: Path, env: dict[str, str], limit: float) -> None:
        self._limit = limit
        self._bash: pexpect.spawn[str] = pexpect.spawn(
            "bash",
            # Without its line editor bash writes no codes for bracketed paste around what is typed.
            ["--norc", "--noprofile", "--noediting"],
            cwd=str(folder),
            env={**env, "PS1": PS1, "TERM": "dumb"},
            encoding="utf-8",
            codec_errors="replace",
            echo=False,
            dimensions=SIZE,
        )
        self._raw = ""
        self._collect("", lambda _: False)

    def waiting(self) -> tuple[Prompt, str]:
        """Say who waits for a line now, and in which folder where a prompt shows one."""
        if self._state()[0] is not Prompt.HOST:
            self._drain(QUIET)
        return self._state()

    def type(self, line: str, is_complete: Callable[[str], bool]) -> Answer:
        """Type a line and collect what comes back.

        Parameters
        ----------
        line : str
        is_complete : callable
            Tells of the output so far whether it is all that a program in the foreground says.
        """
        echoed = self._state()[0] is not Prompt.HOST
        self._raw = ""
        self._bash.sendline(line)
        return self._collect(line if echoed else "", is_complete)

    def interrupt(self) -> Answer:
        """Press Ctrl-C."""
        self._raw = ""
        self._bash.sendintr()
        return self._collect("^C", lambda _: False)

    def close(self) -> None:
        """Close the window and end what runs in it."""
        self._bash.close(force=True)

    def _collect(self, echo: str, is_complete: Callable[[str], bool]) -> Answer:
        deadline = time.monotonic() + self._limit
        while time.monotonic() < deadline:
            silent = self._drain(QUIET)
            prompt, _ = self._state()
            output = without_echo(self._before_prompt(), echo)
            if prompt is Prompt.HOST or (silent and (prompt is not Prompt.PROGRAM or self._stays(output, is_complete))):
                return Answer(output, prompt, self._status())
        raise NoPromptError(plain(self._raw))

    def _stays(self, output: str, is_complete: Callable[[str], bool]) -> bool:
        """Tell whether a program has said all that it says and goes on running."""
        so_far = self._raw
        return is_complete(output) and self._drain(SETTLE) and self._raw == so_far

    def _drain(self, quiet: float) -> bool:
        """Read until the host's prompt comes, or nothing for a while; False where the program doesn't pause."""
        for _ in range(20):
            try:
                self._raw += self._bash.read_nonblocking(65536, timeout=quiet)
            except pexpect.TIMEOUT:
                return True
            except pexpect.EOF as error:
                raise NoPromptError(plain(self._raw) + "\n(the shell has ended)") from error
            if self._state()[0] is Prompt.HOST:
                return True
        return False

    def _state(self) -> tuple[Prompt, str]:
        text = plain(self._raw)
        for prompt, pattern in WAITING.items():
            if match := pattern.search(text):
                return prompt, match.groupdict().get("folder", "")
        return Prompt.PROGRAM, ""

    def _before_prompt(self) -> str:
        text = plain(self._raw)
        matches = (pattern.search(text) for pattern in WAITING.values())
        return next((text[: match.start()] for match in matches if match), text)

    def _status(self) -> int | None:
        match = WAITING[Prompt.HOST].search(plain(self._raw))
        return int(match["status"]) if match else None


def plain(raw: str) -> str:
    """Take out what a terminal would obey: colours, cursor moves, and lines that were written over."""
    text = ESCAPE.sub("", raw).replace("\r\n", "\n")
    return "\n".join(_last_written(line) for line in text.split("\n"))


def without_echo(output: str, echo: str) -> str:
    """Take the typed line off the front of an output, however the terminal has broken it."""
    typed = "".join(echo.split())
    if not typed:
        return output
    prompt = re.match(r"(?:root@[0-9a-f]{12}:[^\s#]*# )*", output)
    seen = ""
    for at, character in enumerate(output[prompt.end() :] if prompt else output, prompt.end() if prompt else 0):
        if seen == typed:
            return output[at:].removeprefix("\n")
        if character.isspace():
            continue
        seen += character
        if not typed.startswith(seen):
            return output
    return "" if seen == typed else output


def _last_written(line: str) -> str:
    """Show what is left of a line that was written again and again from its start."""
    return next((part for part in reversed(line.split("\r")) if part), "")
