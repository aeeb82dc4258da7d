"""Lines, flags, heredocs and words are those that BuildKit's own parser finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.engine.test_dockerfile_refusals import REFUSED, TAKEN
from workbench.engine.dockerfile.stages import assignments
from workbench.engine.dockerfile.statements import Statement, read
from workbench.engine.dockerfile.words import as_list, name_words, paths

buildkit = pytest.importorskip("dockerfile", reason="BuildKit's parser has a wheel for Linux on x86-64 only")

LINES = [
    *REFUSED,
    *TAKEN,
    "# escape=`",
    "#escape = \\",
    "# syntax=a",
    "# other=a",
    "#",
    "",
    " \t",
    "\\",
    " # x",
    "RUN a \\",
    "RUN a\\ ",
    "b \\",
    "c`",
    "RUN a\\\\",
    "\tRUN a",
    "RUN <<A <<B cat",
    "A",
    "B",
    "\tA",
    "COPY <<A b /c",
    "RUN --mount=a=b <<A",
    "EOF",
    "RUN <<EOF",
    'RUN --x="a b" c',
    "RUN --x\\ y c",
    "RUN -- --x",
    'ENV A="b c" D',
    "LABEL a='b \\' c",
    "ENV A\tb  c",
    "\ufeffFROM a",
    'CMD [ "a" , "b" ] c',
    "CMD [NaN]",
    'CMD ["\\u00e9"]',
    "ENV\u00a0A=1",
    "ENV A=1\u00a0B=2",
    "RUN\u00a0a",
    "run\ra",
    "RUN a\r",
]


def ours(statement: Statement) -> tuple[str, ...]:
    """Give the arguments as BuildKit's parser parts them."""
    rest, escape, keyword = statement.rest, statement.escape, statement.keyword
    if keyword in ("ENV", "LABEL"):
        return tuple(word for pair in assignments(statement) for word in pair)
    if keyword == "ARG":
        return tuple(name_words(rest, escape))
    if keyword in ("COPY", "ADD", "VOLUME"):
        return tuple(paths(rest))
    if keyword in ("FROM", "EXPOSE"):
        return tuple(re.split(r"[\t\v\f\r ]+", rest)) if rest else ()
    words = as_list(rest) if keyword in ("RUN", "CMD", "ENTRYPOINT", "SHELL") else None
    return tuple(words) if words is not None else (rest,) if rest else ()


def compare(text: str) -> None:
    try:
        theirs = buildkit.parse_string(text)
    except buildkit.GoParseError:
        return  # the first error hides what else is there
    found = list(read(text))
    seen = [(one.start_line, one.cmd or "", one.flags) for one in theirs]
    assert [(one.line, one.word, one.flags) for one in found] == seen
    for one, other in zip(found, theirs, strict=True):
        heredocs = tuple((each.name, each.content) for each in other.heredocs)
        assert tuple((each.name, each.text) for each in one.heredocs) == heredocs
        if one.keyword in (
            "ENV",
            "LABEL",
            "ARG",
            "COPY",
            "ADD",
            "VOLUME",
            "FROM",
            "EXPOSE",
            "RUN",
            "CMD",
            "ENTRYPOINT",
        ):
            assert ours(one) == other.value


@example(["FROM a", "RUN a \\", "", "# no", "  b"])
@example(["# syntax=x", "# escape=`", "FROM a", "RUN a `", "b"])
@example(["# other=x", "# escape=`", "FROM a", "RUN a `", "RUN b"])
@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_a_file_is_cut_as_buildkit_cuts_it(lines: list[str]) -> None:
    compare("\n".join(["FROM a", *lines]))
    compare("\n".join(lines))


@given(st.text(alphabet="RUN ENV COPY=\\\"'`$#-<\t\n\r[], ab", max_size=60))
def test_any_text_is_cut_as_buildkit_cuts_it(text: str) -> None:
    compare(f"FROM a\n{text}")
