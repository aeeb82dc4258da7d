"""Take the arguments of an instruction apart as Docker does: lists, words, quotes, names with values, variables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# What Go, in which Docker is written, takes for a blank.
BLANKS = "".join(
    map(chr, [*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000])
)
# A ${ that doesn't go on as Docker's documentation has it, such as ${a:b}; escaped or in single quotes it is text.
SUBSTITUTION = re.compile(r"^[^'\\`]*?\$\{(?!\w+(?:\}|(?::?[-+?]|[#%/]).*\}))", re.ASCII)
VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+?])([^{}]*))?\})", re.ASCII)


def json_list(text: str) -> list[Any] | None:
    """Read a JSON list at the start of a text, whatever is in it and after it; None where there is none."""
    try:
        value, _end = json.JSONDecoder(parse_constant=_refused).raw_decode(text.lstrip(BLANKS))
    except ValueError:
        return None
    except RecursionError:  # thousands of brackets
        return None
    return value if isinstance(value, list) else None


def _refused(constant: str) -> None:
    """Refuse NaN and Infinity, which Python takes and JSON doesn't have."""
    raise ValueError(constant)


def as_list(text: str) -> list[str] | None:
    """Read the exec form; None where Docker takes the text for a line, or refuses it.

    Docker 20.10 reads the first JSON value and ignores what follows it.
    """
    value = json_list(text)
    return value if value is not None and all(isinstance(item, str) for item in value) else None


def after_list(text: str) -> str:
    """Give what follows the list; newer versions of Docker then don't take the text for a list."""
    text = text.lstrip(BLANKS)
    _value, end = json.JSONDecoder().raw_decode(text)
    return text[end:].strip(BLANKS)


def paths(text: str) -> list[str]:
    """Read the paths of COPY, ADD and VOLUME: a list, or words between blanks."""
    words = as_list(text)
    return re.split(r"[\t\v\f\r ]+", text) if words is None and text else words or []


def take_flags(text: str, escape: str) -> tuple[list[str], str]:
    """Part the words that begin with ``--`` from the rest; two dashes alone end them."""
    flags: list[str] = []
    text = text.lstrip(BLANKS)
    while text.startswith("--"):
        flag, text = _flag(text, escape)
        text = text.lstrip(BLANKS)
        if flag == "--":
            break
        flags.append(flag)
    return flags, text.strip(BLANKS)


def _flag(text: str, escape: str) -> tuple[str, str]:
    """Take one word without its quotes, and give what follows it."""
    found, quote, characters = "", "", iter(enumerate(text))
    for position, character in characters:
        if not quote and character in BLANKS:
            return found, text[position:]
        if character == escape:
            found += next(characters, (0, ""))[1]
        elif character == quote or (not quote and character in "'\""):
            quote = "" if quote else character
        else:
            found += character
    return found, ""


def shell_words(text: str, escape: str = "\\") -> list[str]:
    """Part a line at its blanks, but for those in quotes, and keep the quotes; none where a quote is left open."""
    words, left_open = _words(text, escape)
    return [] if left_open else words


def name_words(text: str, escape: str) -> list[str]:
    """Part the arguments of ENV, LABEL and ARG; a quote left open takes all that follows."""
    return _words(text, escape)[0]


def _words(text: str, escape: str) -> tuple[list[str], bool]:
    words: list[str] = []
    word, quote, characters = "", "", iter(text)
    for character in characters:
        if character in BLANKS and not quote:
            words, word = [*words, word] if word else words, ""
            continue
        word += character
        if character == escape and quote != "'":
            word += next(characters, "")
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
    return [*words, word] if word else words, bool(quote)


def unquoted(word: str, escape: str) -> str | None:
    """Take quotes and escapes away; None where Docker can't read a quote or a ``${``."""
    found, quote, characters = "", "", iter(word)
    for character in characters:
        if character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        elif character == escape and quote != "'":
            following = next(characters, "")
            found += following if not quote or following in (quote, "$", escape) else character + following
        else:
            found += character
    return None if quote or SUBSTITUTION.search(word) else found


def variables(text: str) -> list[str]:
    """Name the variables in a text, each once."""
    return list(dict.fromkeys(match[1] or match[2] for match in VARIABLE.finditer(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put the values of variables into a text; a variable without one is empty."""

    def value(match: re.Match[str]) -> str:
        known = values.get(match[1] or match[2], "")
        sign, other = match[3] or "", match[4] or ""
        if sign.endswith("-"):
            return known or filled(other, values)
        if sign.endswith("+"):
            return filled(other, values) if known else ""
        return known

    return VARIABLE.sub(value, text)


def open_variables(text: str, values: Mapping[str, str]) -> list[str]:
    """Name the variables that have neither a value nor another one to take in its place."""
    found = [match for match in VARIABLE.finditer(text) if not ((match[3] or "").endswith("-") and match[4])]
    return list(dict.fromkeys(name for match in found if not values.get(name := match[1] or match[2])))


def known(text: str, values: Mapping[str, str]) -> str | None:
    """Put the values of variables into a text; None where one has no value that is known."""
    return None if open_variables(text, values) else filled(text, values)


def said(names: list[str]) -> str:
    """List names as in a sentence: ``A``, ``A and B``, ``A, B and C``."""
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last
