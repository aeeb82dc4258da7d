"""Probes of a container that did not start, or that has not what it starts with."""

from __future__ import annotations

import difflib
import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

from docker.errors import NotFound

from workbench.engine.labels import whose
from workbench.explain.proof import CannotTellError, Case, Proof

FIRST_LINE = 'head -n 1 "$0" | od -An -c'
# All in one container, since each takes a second or more to start.
FIRST_LINE_AND_PROGRAM = (
    'case "$(head -n 1 "$0")" in *"$(printf "\\r")") echo WINDOWS;; esac; head -n 1 "$0"; '
    'set -- $(head -n 1 "$0" | sed "s/^#!//"); if test -e "$1"; then echo HERE; fi'
)
SHELLS = ("sh", "bash", "dash", "ash", "zsh", "python", "python3")
# What stands at the front of a list that a shell was given: the quotes and the commas it should have had.
WORD = re.compile(r"[^\[\]\s,'\"]+")


def no_command(case: Case) -> Proof:
    """Look for a program in the image, and for one of nearly that name."""
    word = case.name("command")
    there = case.inside(
        "sh", "-c", 'for folder in $(echo "$PATH" | tr : " "); do ls "$folder" 2>/dev/null; done'
    ).split()
    if word in there:
        return Proof(False, f"the image has a program {word}.")
    nearest = difflib.get_close_matches(word, there, n=1)
    names = {"right_name": nearest[0]} if nearest else {}
    like = f"; the nearest is {nearest[0]}" if nearest else ""
    return Proof(True, f"no folder on the PATH of the image has a program {word}{like}.", names)


def words_in_one(case: Case) -> Proof:
    """Look for the program that the first of the words names."""
    words = case.name("command").split()
    names = {"list": json.dumps(words)}
    try:
        place = case.inside("sh", "-c", 'command -v "$0" || true', words[0]).strip()
    except CannotTellError as error:
        return Proof(None, str(error), names)
    if not place:
        return Proof(False, f"the image has no program {words[0]} either.", names)
    return Proof(True, f"the image has {place}, and no program with such a name.", names)


def no_path(case: Case) -> Proof:
    """Look for a file in the image, and for one of that name elsewhere."""
    path = case.name("path")
    name = path.rpartition("/")[2]
    found = case.inside(
        "sh", "-c", 'test -e "$0" && echo HERE; find / -xdev -name "$1" 2>/dev/null | head -3', path, name
    )
    places = found.split()
    if "HERE" in places:
        return Proof(False, f"the image has {path}.")
    elsewhere = f", but {places[0]}" if places else f", nor a {name} anywhere else"
    return Proof(True, f"the image has no {path}{elsewhere}.", {"place": places[0]} if places else {})


def not_executable(case: Case) -> Proof:
    """See whether a file may be executed."""
    mode = case.inside("sh", "-c", 'ls -ld "$0"', case.name("path")).split()[0]
    if mode.startswith("d"):
        return Proof(True, f"{case.name('path')} is a folder.")
    return Proof("x" not in mode, f"its mode is {mode}: {'executable' if 'x' in mode else 'nobody may execute it'}.")


def read_as_line(case: Case) -> Proof:
    """See how Docker read the command, and write the list that was meant."""
    config = _image(case)["Config"]
    command = config.get("Cmd") or config.get("Entrypoint") or []
    if command[:2] != ["/bin/sh", "-c"]:
        return Proof(False, f"Docker reads the command as {json.dumps(command)}.")
    meant = json.dumps(WORD.findall(command[2]))
    return Proof(True, f"Docker reads the command as {json.dumps(command)}.", {"list": meant})


def carriage_return(case: Case) -> Proof:
    """Read the first line of the script in the image."""
    path = case.names.get("path") or _script(case)
    windows = "\\r" in case.inside("sh", "-c", FIRST_LINE, path)
    ends = "a carriage return" if windows else "a plain line feed"
    return Proof(windows, f"the first line of {path} ends with {ends}.", {"path": path})


def no_interpreter(case: Case) -> Proof:
    """Look for the program that the script's first line names."""
    said = case.inside("sh", "-c", FIRST_LINE_AND_PROGRAM, case.name("path")).splitlines()
    words = next((line[2:].split() for line in said if line.startswith("#!")), [])
    if "WINDOWS" in said or not words:
        return Proof(False, "its first line names no interpreter.")
    there = "HERE" in said
    return Proof(not there, f"its first line names {words[0]}, which the image has{'' if there else ' not'}.")


def other_processor(case: Case) -> Proof:
    """Compare the image's processor with the engine's."""
    mine, theirs = case.client.version()["Arch"], _image(case)["Architecture"]
    return Proof(mine != theirs, f"the image is made for {theirs}, the engine runs on {mine}.", {"arch": mine})


def no_shebang(case: Case) -> Proof:
    """Read the first characters of the script in the image."""
    start = case.inside("head", "-c", "2", case.name("path"))
    return Proof(start not in ("#!", "\\x7fE"), f"{case.name('path')} begins with {start!r}.")


def holds_the_name(case: Case) -> Proof:
    """Look for the container that has the name."""
    try:
        container = case.client.api.inspect_container(case.name("container"))
    except NotFound:
        return Proof(False, f"no container is called {case.name('container')}.")
    found = f"a container {case.name('container')} is there ({whose(container)}), and it is "
    return Proof(True, f"{found}{container['State']['Status']}.")


def no_terminal(_case: Case) -> Proof:
    """See whether this is a terminal."""
    return Proof(not sys.stdin.isatty(), f"standard input is {'a' if sys.stdin.isatty() else 'no'} terminal here.")


def nothing_to_read(case: Case) -> Proof:
    """See that a shell was started that nobody could talk to."""
    config = case.container["Config"]
    command = [*(config["Entrypoint"] or []), *(config["Cmd"] or [])]
    if len(command) != 1 or command[0].rpartition("/")[2] not in SHELLS:
        return Proof(False, "its command is no shell by itself.")
    state = "open" if config["OpenStdin"] else "closed"
    found = f"its command is {command[0]}, and its standard input is {state}."
    return Proof(not config["OpenStdin"], found, {"shell": command[0]})


def no_source(case: Case) -> Proof:
    """Look for the folder or file on this machine."""
    there = Path(case.name("source")).exists()
    return Proof(not there, f"this machine has {'a' if there else 'no'} {case.name('source')}.")


def file_and_folder(case: Case) -> Proof:
    """See which of the two is a folder."""
    source = Path(case.name("source"))
    kind = "a folder" if source.is_dir() else "a file" if source.exists() else "not there"
    return Proof(source.exists(), f"on this machine, {source} is {kind}; in the container, it is the other way round.")


def _image(case: Case) -> dict[str, Any]:
    return dict(case.client.images.get(case.image).attrs)


def _script(case: Case) -> str:
    """Give the last path in the image's own command."""
    words = " ".join(_image(case)["Config"].get("Cmd") or []).split()
    return next((word for word in reversed(words) if "/" in word and not word.startswith("/bin/")), "")


def neither(case: Case) -> Proof:
    """Make a whole path of what was given."""
    path = Path(case.name("source")).expanduser().resolve()
    there = "" if path.exists() else "nothing "
    return Proof(True, f"the whole path is {path}, and there is {there}there.", {"path": shlex.quote(str(path))})


def no_unit(case: Case) -> Proof:
    """Read the limit in the command."""
    limit = re.search(r"(?:-m|--memory)[ =](\d+)(?!\S)", case.evidence.text)
    if limit is None:
        raise CannotTellError("the message doesn't say what was asked for.")
    return Proof(True, f"{limit[1]} bytes were asked for.")
