"""Probes of a build context and of what stands in a Dockerfile."""

from __future__ import annotations

import difflib
import os
import re
import subprocess
from pathlib import Path

from workbench import context
from workbench.dockerfile import KEYWORDS
from workbench.explain.proof import CannotTellError, Case, Proof

# The rule: https://github.com/distribution/reference, without an address in front.
PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
NAME = re.compile(rf"{PART}(?:/{PART})*(?::\w[\w.-]{{0,127}})?")
SEPARATOR = re.compile(r"\.|__?|-+")


def misspelt_instruction(case: Case) -> Proof:
    """Find the instruction that was meant."""
    word = case.names["word"].upper()
    if word in KEYWORDS:
        return Proof(False, f"{word} is an instruction.")
    nearest = difflib.get_close_matches(word, KEYWORDS, n=1)
    if not nearest:
        return Proof(True, f"no instruction is called {word} or nearly so: is a backslash missing at the line before?")
    return Proof(True, f"no instruction is called {word}; the nearest is {nearest[0]}.", {"right_name": nearest[0]})


def not_there(case: Case) -> Proof:
    """Look for a file in the build context, and for one of nearly that name."""
    path = _named(case)
    there = [entry.path for entry in context.read(_folder(case)).files]
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
    for entry in context.read(_folder(case)).left_out:
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
    return Proof(True, f"the folder has no file named Dockerfile, but {found}.", {"name": like[0]} if like else {})


def outside(case: Case) -> Proof:
    """See that a path leads out of the build context."""
    return Proof(case.names["file"].startswith("../"), f"{case.names['file']} begins above the folder that is built.")


def unreadable(case: Case) -> Proof:
    """See whether this user may read a file."""
    path = case.names["file"]
    if not Path(path).exists():
        return Proof(None, f"there is no {path} on this machine.")
    may = os.access(path, os.R_OK)
    return Proof(not may, f"this user may {'' if may else 'not '}read {path}.")


def no_folder(case: Case) -> Proof:
    """See whether the folder that was to be built is one."""
    if _folder(case).is_dir():
        return Proof(False, "the folder is there.")
    return Proof(True, f"{_folder(case)} is no folder on this machine.")


def _folder(case: Case) -> Path:
    if not case.evidence.folder:
        raise CannotTellError("the message doesn't say which folder was built.")
    return Path(case.evidence.folder)


def _named(case: Case) -> str:
    return case.names["file"].removeprefix("./").strip("/")


def breaks_the_rule(case: Case) -> Proof:
    """Read a name by the rule for names, and make one of it that keeps the rule."""
    image = case.names.get("image")
    if image is None:
        return Proof(None, "the message doesn't say the name.")
    if NAME.fullmatch(image):
        return Proof(False, f"{image} is a name that an image may have.")
    return Proof(True, f"{image!r} breaks the rule.", {"right_name": _mended(image)})


def has_buildx(_case: Case) -> Proof:
    """Ask the command line for BuildKit."""
    asked = subprocess.run(["docker", "buildx", "version"], capture_output=True, timeout=4, check=False)
    answer = "has" if asked.returncode == 0 else "has no"
    return Proof(True, f"docker-py builds with the classic builder; the command line here {answer} BuildKit.")


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
