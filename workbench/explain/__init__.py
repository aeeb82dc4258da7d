"""Why a step failed: from an exception, a log or a container to a cause, a proof and a fix.

The causes are entries of tables, one table a module; the book's page on failures is made from the same entries.
What is in no table is not explained: nothing here guesses.
"""

from __future__ import annotations

import re
import textwrap
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from workbench.explain.cause import Cause, fill
from workbench.explain.causes import CAUSES
from workbench.explain.evidence import Evidence, gather
from workbench.explain.proof import PROBE_TIMEOUT, Case, Proof, run
from workbench.text import one_line, safe

PAGE = "troubleshooting.html"
HARMLESS = re.compile(r"[\w./:@+,=-]+")
LONGEST_NAME = 200  # characters; a path or an image's name is shorter, and a whole line is no name
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
    """

    cause: Cause
    names: Mapping[str, str]
    proof: Proof

    @property
    def fix(self) -> str:
        """What to copy; of what a text names, only what a shell takes as one plain word."""
        plain = {name: value for name, value in self.names.items() if HARMLESS.fullmatch(value)}
        return fill(self.cause.fix, {**plain, **self.proof.names})

    def __str__(self) -> str:
        names = {**self.names, **self.proof.names}
        paragraphs = [
            f"Explained: {self.cause.title}",
            f"Cause: {fill(self.cause.cause, names)}",
            f"Probe: {fill(self.cause.probe, names)}",
            str(self.proof),
            f"Fix: {self.fix}" if "\n" not in self.fix else "Fix:\n" + textwrap.indent(self.fix, "    "),
            fill(self.cause.advice, names),
            f'More: {PAGE}#{self.cause.key}, the page "Troubleshooting" of the book',
        ]
        return safe("\n".join(_wrapped(paragraph) for paragraph in paragraphs if paragraph))


def explain(what: object, folder: str = "", session: str = "") -> Explanation | None:
    """Find the cause of a failure, and let its probe look at this machine.

    Parameters
    ----------
    what : exception, str, bytes, docker container or Evidence
        An exception of docker-py, requests or an import; a build log, a container, or pasted text.
    folder : str
        The build context, if the failure was one of a build and doesn't know it.
    session : str
        The run of a notebook that it happened in, by its label.

    Returns
    -------
    Explanation or None
        None where no known cause fits.
    """
    evidence = gather(what)
    if evidence is None:
        return None
    evidence = replace(evidence, folder=evidence.folder or folder, session=session)
    deadline = time.monotonic() + PROBE_TIMEOUT
    known = {"container": evidence.container, "image": evidence.image}
    for cause, named in _candidates(evidence):
        names = {**{name: value for name, value in known.items() if value}, **named}
        proof = run(cause.prove, Case(evidence, names), deadline - time.monotonic())
        if cause.certain or proof.confirmed:
            return Explanation(cause, names, proof)
    return None


def _candidates(evidence: Evidence) -> Iterator[tuple[Cause, dict[str, str]]]:
    """Yield what may be the cause, the one seen latest in the text first."""
    seen = [(cause, match) for cause in CAUSES if (match := cause.seen(evidence))]
    for cause, match in sorted(seen, key=lambda one: -one[1].at):
        names = {name: value for name, value in match.names.items() if len(value) <= LONGEST_NAME}
        yield cause, {name: one_line(value) for name, value in names.items()}


def _wrapped(paragraph: str) -> str:
    if "\n" in paragraph or paragraph.startswith(("Probe: ", "Fix: ")):  # commands stay as they are
        return paragraph
    return textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)
