"""What a probe asks, what it saw, and how the two are told together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.text import safe

State = Literal["ok", "warning", "problem", "could not look"]


@dataclass(frozen=True)
class ProbeResult:
    """What one probe saw.

    Attributes
    ----------
    state : State
        ``warning``: the journey can go on, and this is good to know. ``problem``: it can't.
    found : str
        What is there.
    fix : str
        A command that is safe to copy; empty where there is none.
    advice : str
        What else is good to know about the fix, or what to do where no command does it.
    """

    state: State
    found: str
    fix: str = ""
    advice: str = ""

    def __post_init__(self) -> None:
        """Make safe to look at what others have written: names, answers, the contents of files."""
        for name in ("found", "fix", "advice"):
            object.__setattr__(self, name, safe(getattr(self, name)))


@dataclass(frozen=True)
class Question:
    """What a probe wants to know: the same on every machine.

    Attributes
    ----------
    probe : str
        What is looked at.
    asks : str
        The question.
    why : str
        Why the answer matters.
    needed : bool
        Whether the journey can't run without a good answer.
    """

    probe: str
    asks: str
    why: str
    needed: bool = False


@dataclass(frozen=True)
class Finding:
    """A question with what was seen on this machine."""

    question: Question
    seen: ProbeResult

    @property
    def blocks(self) -> bool:
        """Whether the journey can't run because of this."""
        unknown = self.seen.state == "could not look"
        return self.seen.state == "problem" or (unknown and self.question.needed)
