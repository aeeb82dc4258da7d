"""Probes of a build context and of what stands in a Dockerfile."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import time
from pathlib import Path

from workbench.engine import build_context
from workbench.engine.dockerfile import instructions
from workbench.engine.dockerfile.effects import KEYWORDS
from workbench.engine.dockerignore import DOCKERFILE
from workbench.explain.proof import CannotTellError, Case, Proof
from workbench.settings import BASE_IMAGE

REMOVED_LATELY = 120  # seconds
# The rule: https://github.com/distribution/reference, without an address in front.
PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
NAME = re.compile(rf"{PART}(?:/{PART})*(?::\w[\w.-]{{0,127}})?")
SEPARATOR = re.compile(r"\.|__?|-+")
# Instructions with all the words that they need.
WHOLE = {"ENV": "NAME=value", "FROM": BASE_IMAGE, "USER": "NAME", "WORKDIR": "/srv"}


def misspelt_instruction(case: Case) -> Proof:
    """Find the instruction that was meant."""
    word = case.name("word").upper()
    if word in KEYWORDS:
        return Proof(False, f"{word} is an instruction.")
    nearest = difflib.get_close_matches(word, KEYWORDS, n=1)
    if not nearest:
        return Proof(True, f"no instruction is called {word} or nearly so: is a backslash missing at the line before?")
    return Proof(True, f"no instruction is called {word}; the nearest is {nearest[0]}.", {"right_name": nearest[0]})


def not_continued(case: Case) -> Proof:
    """Read the line, and the one before it that would have to end with a backslash."""
    word = case.name("word").upper()
    if difflib.get_close_matches(word, KEYWORDS, n=1):
        return Proof(False, f"{word} is nearly the name of an instruction.")
    *before, line = read_dockerfile(case).splitlines()[: int(case.names.get("line", 0))] or [""]
    above = next((text.rstrip() for text in reversed(before) if text.strip()), "")
    if not line.upper().split()[:1] == [word] or not above or above.startswith("#"):
        raise CannotTellError("the Dockerfile has changed since, or is another one.")
    return Proof(
        True,
        f"no instruction is called {word} or nearly so, and before it stands: {above}",
        {"right_line": above + " \\"},
    )


def not_there(case: Case) -> Proof:
    """Look for a file in the build context, and for one of nearly that name."""
    path = _named(case)
    there = [entry.path for entry in build_context.read(_folder(case)).files]
    if path in there or any(one.startswith(f"{path}/") for one in there):
        return Proof(False, f"the build context has {path}.")
    nearest = difflib.get_close_matches(path, there, n=1, cutoff=0.5)
    if not nearest:
        return Proof(True, f"the build context has no {path}, nor anything of nearly that name.")
    return Proof(
        True, f"the build context has no {path}; the nearest name is {nearest[0]}.", {"right_name": nearest[0]}
    )


def ignored(case: Case) -> Proof:
    """Find the line of .dockerignore that keeps a file at home."""
    path = _named(case)
    for entry in build_context.read(_folder(case)).left_out:
        if entry.path == path:
            return Proof(True, f"{path} is in the folder, and the line {entry.rule} of .dockerignore keeps it at home.")
    return Proof(False, f".dockerignore keeps no {path} at home.")


def no_dockerfile(case: Case) -> Proof:
    """List what stands where the Dockerfile should be."""
    names = sorted(path.name for path in _folder(case).iterdir())
    if "Dockerfile" in names:
        return Proof(False, "the folder has a file named Dockerfile.")
    like = [name for name in names if "docker" in name.lower() and not name.startswith(".")]
    found = f"a file {like[0]}" if like else "no file of nearly that name"
    return Proof(
        True, f"the folder has no file named Dockerfile, but {found}.", {"name": shlex.quote(like[0])} if like else {}
    )


def outside(case: Case) -> Proof:
    """See that a path leads out of the build context."""
    return Proof(case.name("file").startswith("../"), f"{case.name('file')} begins above the folder that is built.")


def unreadable(case: Case) -> Proof:
    """See whether this user may read a file."""
    path = Path(case.name("file"))
    if not path.exists():
        return Proof(None, f"there is no {path} on this machine.")
    may = os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)
    found = f"this user may {'' if may else 'not '}read {path}."
    return Proof(not may, found, {"name": shlex.quote(os.path.relpath(path, _folder(case)))})


def no_folder(case: Case) -> Proof:
    """See whether the folder that was to be built is one."""
    folder = _folder(case)
    if folder.is_dir():
        return Proof(False, "the folder is there.")
    what = "a file" if folder.exists() else "nothing"
    return Proof(True, f"there is {what} at that path, and no folder.", {"right_folder": str(folder.parent)})


def too_few_words(case: Case) -> Proof:
    """Read the line of the Dockerfile."""
    for instruction in instructions(read_dockerfile(case)):
        if str(instruction.line) == case.names.get("line"):
            words = f"{instruction.keyword} {instruction.arguments}".split()
            found = f"line {instruction.line} is: {' '.join(words)}"
            return Proof(words[0] == case.name("word"), found, {"right_line": _complete(*words)})
    raise CannotTellError("the Dockerfile has changed since.")


def no_instruction(case: Case) -> Proof:
    """Look for instructions in the Dockerfile."""
    there = len(instructions(read_dockerfile(case)))
    return Proof(not there, f"the Dockerfile has {there or 'no'} instructions.")


def no_beginning(case: Case) -> Proof:
    """Read the first instruction of the Dockerfile."""
    first = next((one.keyword for one in instructions(read_dockerfile(case)) if one.keyword != "ARG"), "nothing")
    return Proof(first != "FROM", f"the first instruction of the Dockerfile is {first}.")


def uses_option(case: Case) -> Proof:
    """Find the line with the option, and what it is without."""
    for line in read_dockerfile(case).splitlines():
        if f" --{case.name('option')}" in line:
            plain = re.sub(rf" --{case.name('option')}(?:=\S+)?", "", line)
            return Proof(True, f"the Dockerfile has the line: {line}", {"plain_line": plain})
    return Proof(False, f"the Dockerfile has no line with --{case.name('option')}.")


def removed_meanwhile(case: Case) -> Proof:
    """Ask the engine whether images were removed a moment ago."""
    chosen = {"type": "image", "event": "delete"}
    now = int(time.time()) + 1
    removed = len(list(case.client.events(since=now - REMOVED_LATELY, until=now, filters=chosen, decode=True)))
    return Proof(removed > 0, f"images and steps removed in the last two minutes: {removed}.")


def breaks_the_rule(case: Case) -> Proof:
    """Read a name by the rule for names, and make one of it that keeps the rule."""
    image = case.names.get("image")
    if image is None:
        return Proof(None, "the message doesn't say the name.")
    if NAME.fullmatch(image):
        return Proof(False, f"{image} is a name that an image may have.")
    return Proof(True, f"{image!r} breaks the rule.", {"right_name": _mended(image)})


def _complete(word: str, *words: str) -> str:
    """Write an instruction with as many words as it takes."""
    if word in {"COPY", "ADD"}:
        return f"{word} {words[-1] if words else 'FILE'} ./"
    return f"{word} {WHOLE.get(word, '...')}"


def read_dockerfile(case: Case) -> str:
    """Read the Dockerfile of the folder that was built."""
    path = _folder(case) / DOCKERFILE
    if not path.is_file():
        raise CannotTellError("there is no file named Dockerfile in that folder.")
    return path.read_text(errors="replace")


def _folder(case: Case) -> Path:
    if not case.evidence.folder:
        raise CannotTellError("the message doesn't say which folder was built.")
    return Path(case.evidence.folder)


def _named(case: Case) -> str:
    return case.name("file").removeprefix("./").strip("/")


def _mended(image: str) -> str:
    """Make ``me/degrees-api:1.0`` of ``Me/Degrees API:1.0``."""
    before, colon, after = image.rpartition(":")
    repository, tag = (before, after) if colon and "/" not in after else (image, "")
    name = "/".join(_mended_part(part) for part in repository.split("/"))
    tag = re.sub(r"[^\w.-]+", "-", tag).strip(".-")
    return f"{name}:{tag}" if tag else name


def _mended_part(part: str) -> str:
    runs = re.sub(r"[^a-z0-9]+", lambda odd: odd[0] if SEPARATOR.fullmatch(odd[0]) else "-", part.lower())
    return runs.strip("._-") or "student"
