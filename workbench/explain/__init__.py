"""Why a step failed: from an exception, a log or a container to a cause, a proof and a fix.

The causes are entries of tables, one table a module; the book's page on failures is made from the same entries.
What is in no table is not explained: nothing here guesses. Where a text has one of several causes and neither its words
nor a probe can tell which, all of them are named.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import groupby

from workbench.explain.cause import Cause, Match, found_by_doctor
from workbench.explain.causes import CAUSES
from workbench.explain.evidence import Evidence, gather, unwrapped
from workbench.explain.explanation import PAGE, Explanation
from workbench.explain.proof import PROBE_TIMEOUT, Case, run
from workbench.text import one_line

__all__ = ["PAGE", "Explanation", "explain"]

LONGEST_NAME = 200  # characters; a path or an image's name is shorter, and a whole line is no name

Seen = tuple[Cause, Match]


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
    found = _best(evidence, deadline)
    if found is None and isinstance(what, (str, bytes, bytearray)) and (whole := unwrapped(what)):
        found = _best(replace(evidence, text=whole), deadline)
    return found


def _best(evidence: Evidence, deadline: float) -> Explanation | None:
    """Give the explanation of the last line that has one."""
    for _line, seen in groupby(_seen(evidence), key=lambda one: _line_of(evidence, one[1])):
        if found := _of_line(evidence, list(seen), deadline):
            return found
    return None


def _of_line(evidence: Evidence, seen: list[Seen], deadline: float) -> Explanation | None:
    """Choose among the causes that one line may have: the one that is proven, the certain one, or all candidates."""
    candidates: list[Explanation] = []
    pasted = not (evidence.raised or evidence.container)
    for cause, match in sorted(seen, key=_only_likely):
        names = {**_known(evidence), **_names(match)}
        proof = run(cause.prove, Case(evidence, names), deadline - time.monotonic())
        sure = _is_sure((cause, match))
        explanation = Explanation(cause, names, proof, sure=sure and proof.confirmed is not False)
        if proof.confirmed:
            return replace(explanation, sure=True)
        if explanation.sure and not candidates:
            return explanation
        # Of what happened on this machine, its probes decide.
        if sure or (match.likely and pasted):
            candidates.append(explanation)
    if not candidates:
        return None
    return replace(candidates[0], others=tuple(candidates[1:]), sure=False)


def _seen(evidence: Evidence) -> list[Seen]:
    """Give what may be the cause, the one seen latest in the text first, without what only follows from another."""
    seen = [(cause, match) for cause in CAUSES if (match := cause.seen(evidence) or found_by_doctor(cause, evidence))]
    keys = {cause.key for cause, _ in seen}
    roots = [(cause, match) for cause, match in seen if keys.isdisjoint(cause.follows)]
    return sorted(roots, key=lambda one: -one[1].at)


def _is_sure(one: Seen) -> bool:
    cause, match = one
    return cause.certain if match.sure is None else match.sure


def _only_likely(one: Seen) -> bool:
    return one[1].likely and not _is_sure(one)


def _line_of(evidence: Evidence, match: Match) -> int:
    return evidence.text.rfind("\n", 0, match.at) if match.at >= 0 else match.at


def _known(evidence: Evidence) -> dict[str, str]:
    known = {"container": evidence.container, "image": evidence.image}
    return {name: value for name, value in known.items() if value}


def _names(match: Match) -> dict[str, str]:
    return {name: one_line(value) for name, value in match.names.items() if len(value) <= LONGEST_NAME}
