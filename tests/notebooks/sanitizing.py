"""The sanitizer's rules, read and applied as nbval does it, with the reasons that nbval drops."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("sanitize.cfg")
SECTION = re.compile(
    r"^\[(?P<name>.*)\]\n(?P<reason>(?:#.*\n)*)^regex: (?P<regex>.*)\n^replace:(?: (?P<replacement>.*))?$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Rule:
    """What may differ between two outputs.

    Attributes
    ----------
    name : str
    reason : str
        Why it must: the comment right below the rule's header.
    regex, replacement : str
        As ``re.sub`` takes them.
    """

    name: str
    reason: str
    regex: str
    replacement: str


def read_rules(text: str) -> list[Rule]:
    """Read the rules of a sanitizer's file, in their order."""
    return [
        Rule(
            section["name"],
            " ".join(line.strip("# ") for line in section["reason"].splitlines()),
            section["regex"],
            section["replacement"] or "",
        )
        for section in SECTION.finditer(text)
    ]


def sanitize(text: str, rules: Iterable[Rule]) -> str:
    """Replace what the rules allow to differ, one rule after the other."""
    for rule in rules:
        text = re.sub(rule.regex, rule.replacement, text)
    return text


def dead(rules: list[Rule], texts: Iterable[str]) -> list[str]:
    """Name the rules that find nothing in any of the texts, each after the rules before it have done their work.

    A rule that finds what it would put there is alive: recordings show one case of what may differ.
    """
    alive = set()
    for original in texts:
        text = original
        for rule in rules:
            text, count = re.subn(rule.regex, rule.replacement, text)
            if count:
                alive.add(rule.name)
    return [rule.name for rule in rules if rule.name not in alive]
