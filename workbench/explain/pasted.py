"""A text as it is pasted: what tools put in front of lines, and what windows and editors do to them."""

from __future__ import annotations

import re

TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
PREFIXES = re.compile(
    r"^(?:"
    rf"[ \t]*\[?{TIME}\]?[ \t]+"  # CI, `docker logs --timestamps`, gunicorn
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,60} [\w./-]{1,60}(?:\[\d{1,9}\])?: "  # the system's journal
    r"|[ \t]*#\d{1,4} (?:\d{1,6}\.\d{1,3} )?"  # BuildKit's plain display
    r"|[ \t]*\d{1,6}\.\d{2,3} +"  # BuildKit's default display: seconds
    r"|[ \t]*=> => # ?"  # what BuildKit shows of a step that runs
    r"|[A-Za-z][\w.-]{0,60} {0,60}\| ?"  # Compose
    r"|(?:stdout|stderr)[ \t]{1,9}(?:[FP] )?"  # Docker Desktop, Kubernetes
    r"|##\[\w{1,20}\]"  # CI
    r"|> ?(?=[A-Za-z/$])"  # a quotation
    r")+",
    re.MULTILINE,
)
# Quotes in quotes, as older engines print them, and quotes as typesetters like them.
ESCAPED = re.compile(r"\\+(?=\")")
TYPESET = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\xa0": " "})
LINES_OF_CONTAINERS = re.compile(
    r"\b(?:docker|podman|containers?|Dockerfile|[Cc]ompose)\b|^[\w.-]{1,60}[-_]\d+ {1,60}\| |^#\d+ \d|^ ?=> |"
    r"^Step \d+/\d+ : |did not complete successfully: exit code|exited with code \d|Restarting \(",
    re.MULTILINE,
)
NARROWEST, WIDEST = 60, 300  # characters of a terminal's window


def without_wrappers(text: str) -> str:
    """Take out what tools put in front of each line, and write quotes as programs do."""
    return ESCAPED.sub("", PREFIXES.sub("", text.translate(TYPESET)))


def without_wrapping(text: str) -> str:
    """Join the lines that a terminal's window has broken: those that are as long as the longest one."""
    lines = text.split("\n")
    width = max(map(len, lines))
    if not NARROWEST <= width <= WIDEST:
        return text
    return "".join(line if len(line) == width else f"{line}\n" for line in lines).rstrip("\n")
