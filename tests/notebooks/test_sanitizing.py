"""The sanitizer's file as the tests read it."""

from __future__ import annotations

from .sanitizing import Rule, dead, read_rules, sanitize

TEXT = r"""
# Before the first section.

[port]
# Ports differ.
# From day to day.
regex: port (\d)\d+
replace: port \1N

[bare]
regex: id
replace:
"""


def test_rules_are_read_with_their_reasons() -> None:
    port, bare = read_rules(TEXT)
    assert port == Rule("port", "Ports differ. From day to day.", r"port (\d)\d+", r"port \1N")
    assert bare == Rule("bare", "", "id", "")


def test_rules_are_applied_in_order() -> None:
    rules = [Rule("one", "", "a", "b"), Rule("two", "", "bb", "c")]
    assert sanitize("ab", rules) == "c"


def test_dead_rules_are_named() -> None:
    rules = [Rule("used", "", "a+", "A"), Rule("shadowed", "", "aa", "B"), Rule("unused", "", "z", "Z")]
    assert dead(rules, ["caat", "dog"]) == ["shadowed", "unused"]


def test_rule_that_finds_its_own_replacement_is_alive() -> None:
    assert dead([Rule("name", "", "(ada|username)/x", "username/x")], ["username/x"]) == []
