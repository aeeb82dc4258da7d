"""One cause of a failure, as an entry of a table; how it is recognised, and how its words are filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workbench.explain.evidence import Evidence
from workbench.explain.proof import Probe, only_there

LAST_RESORT = -2  # the place of a cause that counts only where no other does
BLANK = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True)
class Match:
    """Where the evidence shows a cause, and what it names.

    Attributes
    ----------
    at : int
        How far into the text: the last thing that went wrong is the one that stopped it. -1 for what no text
        shows, such as an exit code; less for what counts only where nothing else does.
    names : dict of str to str
        Fills the blanks in the cause's words.
    sure : bool or None
        Whether these words have this cause and no other; None where the cause's entry says that.
    likely : bool
        Whether it is one of the candidates where the text alone can't decide and no probe can.
    """

    at: int
    names: Mapping[str, str] = field(default_factory=dict)
    sure: bool | None = None
    likely: bool = False


Recogniser = Callable[[Evidence], "Match | None"]


@dataclass(frozen=True)
class Cause:
    """One reason why a step fails. In the texts, ``<name>`` is a blank, filled in where the name is known.

    Attributes
    ----------
    key : str
        Also the anchor on the page of the book, so it never changes.
    title : str
    example : str
        What you see, as an engine or a program words it.
    seen : callable
        Recognises it.
    cause : str
        Why it happened, in plain words.
    probe : str
        What to look at, or type, to be sure.
    fix : str
        To copy.
    prove : callable
        Does on this machine what ``probe`` says.
    otherwise : str
        What to copy where nothing fills the blanks of ``fix``.
    advice : str
        What else to know about the fix.
    links : str
        Where to read on, in Markdown; only on the page.
    certain : bool
        Whether what you see has this cause and no other. Else it is named only where the probe proves it.
    follows : tuple of str
        Keys of causes after which this one is only what follows.
    doctor : tuple of str
        What ``./tutorial doctor`` calls it when it sees it beforehand.
    not_made : str
        Why no test makes it happen; then its text is all that is tested.
    """

    key: str
    title: str
    example: str
    seen: Recogniser
    cause: str
    probe: str
    fix: str
    prove: Probe = only_there
    otherwise: str = ""
    advice: str = ""
    links: str = ""
    certain: bool = True
    follows: tuple[str, ...] = ()
    doctor: tuple[str, ...] = ()
    not_made: str = ""


def says(
    *patterns: str, unless: str = "", also: tuple[str, ...] = (), sure: bool | None = None, likely: bool = False
) -> Recogniser:
    """Recognise a text in which each of the patterns occurs; the place is that of the first one's last match.

    Parameters
    ----------
    *patterns : str
        Regular expressions. Their named groups become names.
    unless : str
        One that must not occur.
    also : tuple of str
        More of them, which may occur: they only give names.
    sure, likely : bool
        As of ``Match``.
    """

    def recognise(evidence: Evidence) -> Match | None:
        last = [_last(pattern, evidence.text) for pattern in patterns]
        found = [match for match in last if match]
        if len(found) < len(patterns) or (unless and re.search(unless, evidence.text)):
            return None
        found += [match for pattern in also if (match := _last(pattern, evidence.text))]
        names = {name: value for match in reversed(found) for name, value in match.groupdict().items() if value}
        return Match(found[0].start(), names, sure, likely)

    return recognise


def ended(*codes: int, saying: str = "") -> Recogniser:
    """Recognise a container by its exit code, and maybe by its log."""

    def recognise(evidence: Evidence) -> Match | None:
        if evidence.exit_code not in codes or not re.search(saying, evidence.text):
            return None
        return Match(-1)

    return recognise


def either(*recognisers: Recogniser) -> Recogniser:
    """Recognise by the first of several ways that does."""
    return lambda evidence: next((match for one in recognisers if (match := one(evidence))), None)


def where(condition: Callable[[Evidence], bool], *recognisers: Recogniser) -> Recogniser:
    """Recognise by one of several ways, but only in evidence of a certain kind."""
    return lambda evidence: either(*recognisers)(evidence) if condition(evidence) else None


def found_by_doctor(cause: Cause, evidence: Evidence) -> Match | None:
    """Recognise a cause in what ``./tutorial doctor`` prints."""
    if not cause.doctor:
        return None
    names = "|".join(map(re.escape, cause.doctor))
    return says(rf"(?m:^)(?:problem|warning) {{2,}}(?:{names})(?: (?P<port>\d+))?: ", sure=True)(evidence)


def fill(text: str, names: Mapping[str, str]) -> str:
    """Put names into the blanks of a text; a blank without a name becomes a word in capitals."""
    return BLANK.sub(lambda blank: names.get(blank[1]) or blank[1].upper().replace("_", "-"), text)


def _last(pattern: str, text: str) -> re.Match[str] | None:
    last = None
    for last in re.finditer(pattern, text):  # noqa: B007
        pass
    return last
