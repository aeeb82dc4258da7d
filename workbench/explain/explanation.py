"""An explanation, or the candidates for one, and how they read as text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.explain.cause import BLANK, Cause, fill
from workbench.explain.proof import Proof
from workbench.text import safe

PAGE = "troubleshooting.html"
HARMLESS = re.compile(r"[\w./:@+,=-]+")
WIDTH = 100  # characters of a line, where it can be broken


@dataclass(frozen=True)
class Explanation:
    """Why it failed, what proves it, and what to do; as text, ready to be read.

    Attributes
    ----------
    cause : Cause
    names : dict of str to str
        What the text names, for the blanks in the cause's words.
    proof : Proof
        What the probe found on this machine, and what it named.
    sure : bool
        Whether it is the cause. Else it is one of the candidates, and maybe the only one.
    others : tuple of Explanation
        The other candidates.
    """

    cause: Cause
    names: Mapping[str, str]
    proof: Proof
    sure: bool = True
    others: tuple[Explanation, ...] = ()

    @property
    def candidates(self) -> tuple[Explanation, ...]:
        """The first one and the others."""
        return (self, *self.others)

    @property
    def title(self) -> str:
        """What it comes down to, in a line."""
        if self.sure:
            return self.cause.title
        if not self.others:
            return f"Perhaps: {self.cause.title}"
        return f"One of these {len(self.candidates)}: " + "; ".join(one.cause.title for one in self.candidates)

    @property
    def fix(self) -> str:
        """What to copy; of what a text names, only what a shell takes as one plain word."""
        plain = {name: value for name, value in self.names.items() if HARMLESS.fullmatch(value)}
        known = {**plain, **self.proof.names}
        lacking = [blank for blank in BLANK.findall(self.cause.fix) if not known.get(blank)]
        return fill(self.cause.otherwise if lacking and self.cause.otherwise else self.cause.fix, known)

    def __str__(self) -> str:
        blocks = [f"Explained: {self.title}"]
        for number, one in enumerate(self.candidates, start=1):
            blocks += [f"{number}. {one.cause.title}"] if self.others else []
            blocks += one.paragraphs()
        return safe("\n".join(_wrapped(block) for block in blocks if block))

    def paragraphs(self) -> Iterator[str]:
        """Give what there is to say of this one cause, without its title."""
        names = {**self.names, **self.proof.names}
        yield f"Cause: {fill(self.cause.cause, names)}"
        yield f"Probe: {fill(self.cause.probe, names)}"
        yield str(self.proof)
        if self.proof.confirmed is False:
            yield "If it happened on a different machine or a while ago, look there: this probe can't tell."
        yield f"Fix: {self.fix}" if "\n" not in self.fix else "Fix:\n" + textwrap.indent(self.fix, "    ")
        yield fill(self.cause.advice, names)
        yield f'More: {PAGE}#{self.cause.key}, the page "Troubleshooting" of the book'


def _wrapped(paragraph: str) -> str:
    if "\n" in paragraph or paragraph.startswith(("Probe: ", "Fix: ")):  # commands stay as they are
        return paragraph
    return textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)
